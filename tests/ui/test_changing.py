"""Making, renaming and deleting: each gesture once, and what became of it on the server."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tests.conftest import BucketFactory
from tests.servers.info import ServerInfo
from tests.ui.analyst import Analyst
from tests.ui.conftest import OpenDesk
from tests.ui.content import body_of, keys_of, put

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def bucket_names(client: S3Client) -> list[str]:
    return [found["Name"] for found in client.list_buckets()["Buckets"]]


def test_a_bucket_is_made_and_deleted(server_client: S3Client, open_desk: OpenDesk) -> None:
    me = open_desk()
    name = f"test-{uuid.uuid4().hex[:12]}"
    me.do("New bucket…")
    question = me.dialog("New bucket")
    assert not me.button("Create", question).isEnabled()
    me.write("Bucket name", "ab", question)
    assert me.words("Notice", question) == "A bucket name has 3 to 63 characters."
    me.write("Bucket name", "My Bucket", question)
    assert me.words("Notice", question).startswith("Use small letters, digits, dots and hyphens")
    assert not me.button("Create", question).isEnabled()
    me.write("Bucket name", name, question)
    me.click("Create", question)
    me.arrive(name)
    assert name in bucket_names(server_client)
    me.expect("Drop files here to upload")
    tree = me.buckets.model()
    me.until(
        lambda: name in [tree.index(n, 0, tree.index(0, 0)).data() for n in range(tree.rowCount(tree.index(0, 0)))]
    )

    put(server_client, name, "in-the-way.txt")
    me.do("Delete bucket…")
    error = me.dialog("Error")
    me.expect(f"The bucket “{name}” still holds 1 object.", error)
    me.click("Close", error)
    assert keys_of(server_client, name) == ["in-the-way.txt"]

    server_client.delete_object(Bucket=name, Key="in-the-way.txt")
    me.do("Delete bucket…")
    question = me.dialog("Delete")
    me.expect(f"Delete the bucket {name}?", question)
    me.click("Delete", question)
    me.arrive()
    me.until(lambda: name not in me.names())
    assert name not in bucket_names(server_client)
    assert me.said == f"The bucket {name} is deleted."


def test_a_bucket_that_exists_says_so(
    server: ServerInfo, server_client: S3Client, other_client: S3Client, open_desk: OpenDesk
) -> None:
    name = f"test-{uuid.uuid4().hex[:12]}"
    # Ceph lets people make their own bucket again; SeaweedFS lets the other one make none at all.
    owner = other_client if server.name == "ceph" else server_client
    owner.create_bucket(Bucket=name)
    me = open_desk()
    me.do("New bucket…")
    question = me.dialog("New bucket")
    me.write("Bucket name", name, question)
    me.click("Create", question)
    error = me.dialog("Error")
    me.expect(f"A bucket named “{name}” exists already.", error)
    me.click("Close", error)
    owner.delete_bucket(Bucket=name)


def test_a_new_folder(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "taken/x.txt")
    me = open_desk(bucket)
    me.do("New folder…")
    question = me.dialog("New folder")
    me.write("Folder name", "taken", question)
    assert me.words("Notice", question) == "A folder of this name is here already."
    me.write("Folder name", "x" * 1024, question)
    assert "S3 allows 1,024" in me.words("Notice", question)
    me.write("Folder name", "Berichte für März", question)
    me.click("Create", question)
    me.until(lambda: me.names() == ["Berichte für März", "taken"])
    found = server_client.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]
    assert [each["Prefix"] for each in found] == ["Berichte für März/", "taken/"]

    me.double_click("Berichte für März")
    me.arrive(bucket, "Berichte für März/")
    assert me.names() == []


def test_an_object_and_a_folder_are_renamed(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "old.csv", "f/one.txt", "f/deep/two.txt", "other.csv")
    me = open_desk(bucket)
    me.select("old.csv")
    me.press("F2")
    question = me.dialog("Rename")
    me.expect("S3 has no rename: the object is copied", question)
    me.write("New name", "other.csv", question)
    assert me.words("Notice", question) == "“other.csv” is here already. Choose another name."
    me.write("New name", "a new name.csv", question)
    me.click("Rename", question)
    me.until(lambda: me.names() == ["f", "a new name.csv", "other.csv"])
    assert body_of(server_client, bucket, "a new name.csv") == b"x"

    me.select("f")
    me.do("Rename…")
    question = me.dialog("Rename")
    me.expect("2 objects, 5 B are copied", question)
    me.write("New name", "g", question)
    me.click("Rename", question)
    me.until(lambda: "g" in me.names())  # SeaweedFS goes on showing the old folder, which is empty, for a while
    assert keys_of(server_client, bucket) == ["a new name.csv", "g/deep/two.txt", "g/one.txt", "other.csv"]
    assert body_of(server_client, bucket, "g/deep/two.txt") == b"xxx"


def test_deleting_says_how_much_goes(server_client: S3Client, bucket: str, open_desk: OpenDesk) -> None:
    put(server_client, bucket, "f/one.txt", "f/deep/two.txt", "a.csv", "b.csv", "stays.csv")
    me = open_desk(bucket)
    me.select("a.csv")
    me.press("Del", me.objects)
    question = me.dialog("Delete")
    me.expect("Delete a.csv: 1 object, 3 B?", question)
    me.expect("This cannot be undone.", question)
    me.click("Cancel", question)
    me.until(lambda: not question.isVisible())

    me.select("f", "a.csv", "b.csv")
    me.press("Del", me.objects)
    question = me.dialog("Delete")
    me.expect("Delete 1 folder and 2 objects: 4 objects, 10 B?", question)
    me.click("Delete", question)
    me.until(lambda: "a.csv" not in me.names())
    assert set(me.names()) - {"f"} == {"stays.csv"}  # SeaweedFS goes on showing the folder, which is empty, for a while
    assert keys_of(server_client, bucket) == ["stays.csv"]


def test_where_versions_are_kept_deleting_can_be_undone(
    server_client: S3Client, new_bucket: BucketFactory, open_desk: OpenDesk
) -> None:
    bucket = new_bucket(versioned=True)
    put(server_client, bucket, "a.csv")
    me = open_desk(bucket)
    me.select("a.csv")
    me.do("Delete…")
    question = me.dialog("Delete")
    me.expect("The bucket keeps old versions, so this can be undone.", question)
    me.click("Delete", question)
    me.until(lambda: me.names() == [])
    assert len(server_client.list_object_versions(Bucket=bucket)["Versions"]) == 1


def test_verbs_are_greyed_out_where_they_mean_nothing(unconnected: Analyst) -> None:
    me = unconnected
    for text in ("Back", "Forward", "Up", "Refresh", "Disconnect", "New bucket…", "Delete bucket…", "Upload files…"):
        assert not me.verb(text).isEnabled(), text
    for text in ("Download…", "Open", "Rename…", "Delete…", "Share…", "Copy link", "Copy S3 URI", "Cancel"):
        assert not me.verb(text).isEnabled(), text
    assert me.verb("Connect…").isEnabled()
    me.expect("Connect to see your files")
