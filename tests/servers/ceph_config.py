"""The configuration of a Ceph cluster that starts in a second and forgets everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from s3desk.demo.seaweedfs import HOST
from tests.servers.certificates import Certificates


@dataclass(frozen=True)
class Layout:
    """Where one cluster lives: its folder and its ports."""

    folder: Path
    mon_port: int
    http_port: int
    https_port: int
    certificates: Certificates
    fsid: str

    @property
    def configuration(self) -> Path:
        """The file every Ceph program reads first."""
        return self.folder / "ceph.conf"

    def log(self, name: str) -> Path:
        """The log of the daemon `mon`, `osd` or `rgw`, created so that it can always be read."""
        path = self.folder / f"{name}.log"
        path.touch()
        return path


def write_configuration(layout: Layout) -> None:
    """Write `ceph.conf`; authentication between the daemons is off, so no keyring is needed."""
    sections = {
        "global": {**_cluster(layout), **_fast_and_small()},
        "mon": _monitor(layout),
        "osd": _disk(layout),
        "client.rgw": {**_gateway(layout), **_short_lists()},
    }
    for name in ("mon", "osd"):
        (layout.folder / name).mkdir(parents=True)
    with layout.configuration.open("w", encoding="utf-8") as file:
        for section, options in sections.items():
            file.write(f"[{section}]\n")
            file.writelines(f"{name} = {value}\n" for name, value in options.items())


def _cluster(layout: Layout) -> dict[str, object]:
    # A messenger left in secure mode wants the keyring that is not there.
    messenger = [f"ms {a}{b} mode" for a in ("mon ", "") for b in ("client", "cluster", "service")]
    return {
        "fsid": layout.fsid,
        "mon host": f"[v2:{HOST}:{layout.mon_port}]",
        "public addr": HOST,
        "cluster addr": HOST,
        "ms bind msgr1": "false",
        "ms bind ipv6": "false",
        **{f"auth {side} required": "none" for side in ("cluster", "service", "client")},
        **dict.fromkeys(messenger, "crc"),
        "run dir": layout.folder,
        "admin socket": "",
        "pid file": "",
        "crash dir": layout.folder,
        "mon cluster log file": layout.folder / "cluster.log",
        "keyring": layout.folder / "keyring",
        "log file": "",
        "log to stderr": "true",
        "err to stderr": "true",
    }


def _fast_and_small() -> dict[str, object]:
    return {
        "osd pool default size": 1,
        "osd pool default min size": 1,
        "osd pool default pg num": 1,
        "osd pool default pgp num": 1,
        "osd pool default pg autoscale mode": "off",
        "osd crush chooseleaf type": 0,
        "osd class load list": "*",
        "osd class default list": "*",
        "mon allow pool size one": "true",
        "mon max pg per osd": 1000,
        "mon data avail warn": 1,
        "mon data avail crit": 0,
    }


def _monitor(layout: Layout) -> dict[str, object]:
    return {
        "mon data": layout.folder / "mon",
        "mon initial members": "a",
        "mon osd full ratio": 0.99,
        "mon osd backfillfull ratio": 0.985,
        "mon osd nearfull ratio": 0.98,
        "mon election timeout": 1,
        "paxos propose interval": 0.05,
        "paxos min wait": 0.01,
        "mon tick interval": 1,
    }


def _disk(layout: Layout) -> dict[str, object]:
    return {
        "osd data": layout.folder / "osd",
        "osd objectstore": "memstore",
        "memstore device bytes": 8 << 30,
        "memstore page set": "false",
        "osd op num shards": 2,
        "osd op num threads per shard": 2,
        "osd max object size": 256 << 20,
        "osd check max object name len on startup": "false",
        "osd heartbeat grace": 60,
    }


def _gateway(layout: Layout) -> dict[str, object]:
    tls = layout.certificates
    return {
        "rgw frontends": f"beast endpoint={HOST}:{layout.http_port} ssl_endpoint={HOST}:{layout.https_port}"
        f" ssl_certificate={tls.certificate} ssl_private_key={tls.key} tcp_nodelay=1",
        "rgw thread pool size": 64,
        "rgw dns name": "localhost",
        "rgw dns s3website name": "s3-website.localhost",
        "rgw enable static website": "true",
        "rgw enable apis": "s3, s3website, admin, sts, iam, notifications",
        "rgw s3 auth use sts": "true",
        "rgw sts key": "sixteen-letters-",
        "rgw crypt require ssl": "false",
        "rgw max put size": 6 << 30,
        "rgw run sync thread": "false",
        "rgw enable usage log": "false",
        "rgw enable ops log": "false",
        "rgw dynamic resharding": "false",
    }


def _short_lists() -> dict[str, object]:
    """Few shards, so that each of the gateway's books is one small object, and garbage that leaves within seconds."""
    return {
        "rgw gc max objs": 2,
        "rgw gc obj min wait": 1,
        "rgw gc processor period": 2,
        "rgw gc processor max time": 2,
        "rgw lc max objs": 2,
        "rgw objexp hints num shards": 2,
        "rgw reshard num logs": 1,
        "rgw data log num shards": 1,
        "rgw md log max shards": 1,
        "rgw usage max shards": 1,
        "rgw override bucket index max shards": 1,
    }
