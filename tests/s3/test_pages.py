"""The pages that are handed on: a browser opens them, and whatever a key is called, no script runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from s3desk.s3.errors import BadNameError
from s3desk.s3.sharing.links import Link, LinkKind
from s3desk.s3.sharing.pages import link_page, upload_page
from s3desk.s3.sharing.upload_links import UploadForm, UploadRules
from tests.servers.chromium import opened

ENDS = datetime.now(UTC) + timedelta(days=1)
SCRIPT = "void(document.title='ran')"
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "h1", "bdi", "p", "span", "a"}
ELEMENTS |= {"table", "thead", "tbody", "tr", "th", "td"}
HOSTILE = [
    f"<script>{SCRIPT}</script>",
    f"<img src=x onerror={SCRIPT}>",
    f'"><svg onload="{SCRIPT}">',
    f"' autofocus onfocus='{SCRIPT}",
    f"</title></style></table><script>{SCRIPT}</script>",
    f"--><script>{SCRIPT}</script><!--",
    f"javascript:{SCRIPT}",
    f"{{{{ {SCRIPT} }}}}{{% raw %}}",
    "report\u202egnp.exe",
    "line\nbreak\r\nand\ttab\x00and\x1bescape",
    "\u2028separator\u2066isolate",
    "&lt;script&gt;&#x3c;",
]


def link_to(key: str, url: str = "") -> Link:
    return Link("b", key, url or "http://127.0.0.1:9/b/k?X-Amz-Signature=abc&x='\"<", ENDS)


def form_for(title: str = "", folder: str = "in", content_type: str = "") -> UploadForm:
    fields = {"key": f"{folder}/${{filename}}", "policy": "abc=", title or "x": title}
    return UploadForm("b", "http://127.0.0.1:9/b", fields, UploadRules(folder, 5_250_000, content_type), ENDS)


class Tags(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for found, attributes in self.found if found == tag]


def without_policy(page: str) -> str:
    """The page as a reader without content security policies has it: only the escaping protects."""
    bare, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert count == 1
    return bare


def clicking(page: str) -> str:
    """The page with a script that clicks every address that would run as one."""
    click = "for (const a of document.links) if (!a.protocol.startsWith('http')) a.click();"
    return page.replace("</body>", f"<script>{click}</script></body>")


def title_of(document: str) -> str:
    found = re.search(r"<title>(.*?)</title>", document, re.DOTALL)
    assert found, document[:500]
    return found.group(1)


def test_a_browser_would_run_a_script_that_got_through(tmp_path: Path) -> None:
    page = f'<title>calm</title><body><a href="javascript:{SCRIPT}">x</a></body>'
    assert title_of(opened(clicking(page), tmp_path)) == "ran"


def test_hostile_names_run_nothing_in_the_page_of_links(tmp_path: Path) -> None:
    links = [link_to(key) for key in HOSTILE]
    links += [link_to("a", f"javascript:{SCRIPT}"), link_to("b", f"data:text/html,<script>{SCRIPT}</script>")]
    page = link_page("calm" + "".join(HOSTILE), links)
    document = opened(clicking(without_policy(page)), tmp_path)
    assert title_of(document).startswith("calm&lt;script&gt;")
    assert document.count("<bdi>") == len(links) + 1
    assert len([a for a in Tags(document).all("a") if a["href"].startswith("http://127.0.0.1:9/b/k?")]) == len(HOSTILE)
    assert "gnp.exe" in document
    assert "\u202e" not in document


def test_hostile_names_run_nothing_in_the_upload_page(tmp_path: Path) -> None:
    all_of_them = "".join(HOSTILE)
    page = upload_page("calm" + all_of_them, form_for(all_of_them, all_of_them.replace("\x00", "")))
    document = opened(clicking(without_policy(page)), tmp_path)
    assert title_of(document).startswith("calm&lt;script&gt;")
    assert [form["action"] for form in Tags(document).all("form")] == ["http://127.0.0.1:9/b"]


def test_the_policy_of_the_pages_stops_scripts_by_itself_and_lets_the_style_in(tmp_path: Path) -> None:
    look = "getComputedStyle(document.querySelector('h1')).overflowWrap"
    for page in (link_page("calm", [link_to("k")]), upload_page("calm", form_for())):
        mean = page.replace("</body>", f"<script>{SCRIPT}</script><img src=x onerror={SCRIPT}></body>")
        assert title_of(opened(mean, tmp_path)) == "calm"
        loose = page.replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';")
        styled = loose.replace("</body>", f"<script>document.title={look}</script></body>")
        assert title_of(opened(styled, tmp_path)) == "anywhere"


@settings(deadline=None, max_examples=50)  # a busy machine is no failure
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_names_make_one_row_each_and_no_element_of_their_own(names: list[str]) -> None:
    tags = Tags(link_page(names[0], [link_to(name) for name in names]))
    assert len(tags.all("a")) == len(names)
    assert {tag for tag, _ in tags.found} <= ELEMENTS
    assert all(a["href"].startswith("http://127.0.0.1:9/") and a["rel"] == "noopener noreferrer" for a in tags.all("a"))


def test_each_link_says_when_it_ends_and_which_version_it_is() -> None:
    never = datetime.max.replace(tzinfo=UTC)
    links = [
        Link("b", "year/q1/a.csv", "https://h/a", ENDS, version_id="v<1>"),
        Link("b", "year/q2/b.csv", "https://h/b", never, kind=LinkKind.PUBLIC),
        Link("b", "year/c.csv", "https://h/c", ENDS, kind=LinkKind.UPLOAD),
    ]
    page = link_page("All of it", links)
    tags = Tags(page)
    assert [time["datetime"] for time in tags.all("time")] == [ENDS.isoformat()] * 2
    assert f"{ENDS.astimezone():%Y-%m-%d %H:%M}" in tags.text
    assert "no end" in tags.text
    assert "version v<1>" in tags.text
    assert "q1/a.csv" in tags.text, "the common folder is left out, the rest of the key is not"
    assert "year/" not in tags.text
    assert [a["href"] for a in tags.all("a")] == ["https://h/a", "https://h/b"], "an upload link opens nothing"


def test_one_end_for_all_is_said_once() -> None:
    tags = Tags(link_page("t", [link_to("a"), link_to("b")]))
    assert tags.text.count(f"{ENDS.astimezone():%Y-%m-%d %H:%M}") == 1
    assert "The links work until" in " ".join(tags.text.split())


@pytest.mark.parametrize(
    ("content_type", "words", "accept"),
    [
        ("", "5 MB at most.", None),
        ("image/", "Please send images only.", "image/*"),
        ("text/csv", "Please send CSV tables only.", "text/csv"),
        ("application/x-thing", "Please send files of the type application/x-thing only.", "application/x-thing"),
    ],
)
def test_the_upload_page_says_its_limits_in_words(content_type: str, words: str, accept: str | None) -> None:
    tags = Tags(upload_page("Send us your file", form_for(content_type=content_type)))
    assert words in " ".join(tags.text.split())
    file = next(field for field in tags.all("input") if field.get("type") == "file")
    assert file.get("accept") == accept
    assert tags.found[-1][0] != "script"
    assert tags.all("form")[0]["enctype"] == "multipart/form-data"
    names = [field["name"] for tag, field in tags.found if tag in ("input", "select")]
    assert names[-1] == "file", "S3 reads no field after the file"
    assert ("Content-Type" in names) == (content_type == "image/")


@pytest.mark.parametrize("url", [f"javascript:{SCRIPT}", "/b", "http://h;script-src *", ""])
def test_a_form_goes_to_a_web_address_or_is_refused(url: str) -> None:
    form = UploadForm("b", url, {}, UploadRules("", 1), ENDS)
    with pytest.raises(BadNameError, match="no web address"):
        upload_page("t", form)
