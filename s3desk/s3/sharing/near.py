"""Addresses that no one elsewhere can open, however well they work here."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

_LOCAL_ENDINGS = (".local", ".lan", ".internal", ".home.arpa", ".intranet")


def opens_only(url: str) -> str:
    """Where an address can be opened, as an end of a sentence: "on this computer", "inside your network", else ""."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        address = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return "on this computer"
        return "inside your network" if "." not in host or host.endswith(_LOCAL_ENDINGS) else ""
    if address.is_loopback:
        return "on this computer"
    return "inside your network" if address.is_private or address.is_link_local else ""
