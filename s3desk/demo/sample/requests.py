"""Service requests of a city that does not exist: a reported pothole, a missed collection, a broken lamp."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

COLUMNS = (
    "service_request_id",
    "requested_datetime",
    "case_age_days",
    "service_name",
    "lat",
    "lng",
    "street_address",
    "status",
    "council_district",
    "public_description",
)
_WHAT = {
    "Pothole": ("Large hole in the right lane", "Hole, same spot as last month", "Deep hole beside the drain"),
    "Graffiti": ("Paint on the wall of the underpass", "Tags on the fence", 'It says "Zorro was here", again'),
    "Street Light Out": ("Lamp is out, the corner is dark at night", "Lamp blinks", "Three lamps in a row are out"),
    "Missed Collection": ("Bin was not emptied", "Only the green bin was emptied", "Lorry drove past the bins"),
    "Illegal Dumping": ("Mattress and two chairs left on the kerb", "Bags, boxes and a fridge", "Rubble left at night"),
    "Tree Maintenance": ("Branch hangs low over the path", "Tree leans since the storm", "Dead palm"),
    "Sidewalk Repair": ("Slab lifted by roots, a wheelchair cannot pass", "Broken kerb"),
    "Parking Violation": ("Car parked on the crossing", "Blocks the driveway, every day", "Lorry in the bus lane"),
    "Traffic Sign": ('Sign says "No parking" but points the wrong way', "Stop sign is missing"),
    "Storm Drain": ("Water does not drain after rain", "Grate is missing", "Drain is full of leaves"),
    "Abandoned Vehicle": ("Vehicle has not moved for weeks", "Van without plates"),
    "Weed Cleanup": ("Weeds taller than the fence", "Path is overgrown"),
}
SERVICES = tuple(_WHAT)
_WEIGHTS = (22, 14, 9, 13, 12, 5, 5, 8, 3, 3, 4, 2)
_STREETS = (
    "Alder St",
    "Beacon Ave",
    "Café Row",
    "Dockside Blvd",
    "El Niño Way",
    "Fernhill Rd",
    "Garnet Ct",
    "Harbour Dr",
    "Ivy Ln",
    "Juniper Ter",
    "Königsweg",
    "Lantern Pl",
    "Marigold St",
    "Nightingale Rd",
)
_WHERE = ("near the school", "by the bus stop", "across from the park", "behind the café", "at the crossing", "")
_THEN = ("Thank you", "Please hurry", "Reported twice already", "It is getting worse")
_ORIGINS = ("Mobile", "Web", "Phone", "Email")


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One reported case; None where nobody filled it in."""

    number: int
    requested: datetime
    age_days: int
    service: str
    lat: float | None
    lng: float | None
    street_address: str
    status: str
    district: int | None
    description: str
    origin: str

    def row(self, decimal: str = ".") -> list[str]:
        """The case as text, in the order of COLUMNS; identifiers keep their leading zeros."""
        lat, lng = (f"{x:.6f}".replace(".", decimal) if x is not None else "" for x in (self.lat, self.lng))
        return [
            f"{self.number:010d}",
            self.requested.isoformat(),
            str(self.age_days),
            self.service,
            lat,
            lng,
            self.street_address,
            self.status,
            "" if self.district is None else str(self.district),
            self.description,
        ]


def month_of_requests(year: int, month: int) -> list[ServiceRequest]:
    """All cases of one month, in the order of their times; more of them in summer."""
    random = Random(year * 100 + month)  # noqa: S311  # sample data, the same every time
    start = datetime(year, month, 1)  # noqa: DTZ001  # local times of an invented city, as such files have them
    minutes = ((start + timedelta(days=32)).replace(day=1) - start) // timedelta(minutes=1)
    count = 1500 + random.randrange(700) + 260 * (6 - abs(month - 7))
    services = random.choices(SERVICES, _WEIGHTS, k=count)
    times = sorted(random.randrange(minutes) for _ in range(count))
    first = 101_000 + ((year - 2017) * 12 + month) * 4000
    return [
        _request(random.random, first + i, start + timedelta(minutes=at), service)
        for i, (at, service) in enumerate(zip(times, services, strict=True))
    ]


def _request(draw: Callable[[], float], number: int, requested: datetime, service: str) -> ServiceRequest:
    located = draw() > 0.03
    closed = draw() > 0.12
    return ServiceRequest(
        number=number,
        requested=requested,
        age_days=int(45 * draw() ** 3) if closed else 30 + int(draw() * 300),
        service=service,
        lat=32.55 + draw() * 0.5 if located else None,
        lng=-117.25 + draw() * 0.3 if located else None,
        street_address=f"{100 + int(draw() * 9800)} {_pick(draw, _STREETS)}",
        status="Closed" if closed else _pick(draw, ("Open", "Open", "Referred")),
        district=1 + int(draw() * 9) if draw() > 0.02 else None,
        description=_description(draw, service),
        origin=_pick(draw, _ORIGINS),
    )


def _description(draw: Callable[[], float], service: str) -> str:
    kind = draw()
    if kind < 0.08:
        return ""
    text = f"{_pick(draw, _WHAT[service])} {_pick(draw, _WHERE)}".rstrip()
    if kind < 0.16:
        return f"{text}.\n{_pick(draw, _THEN)}, neighbours of the {int(2 + draw() * 60)} houses here."
    return text


def _pick(draw: Callable[[], float], among: Sequence[str]) -> str:
    return among[int(draw() * len(among))]


def as_csv(requests: Iterable[ServiceRequest], *, with_origin: bool = False) -> bytes:
    """UTF-8, commas, decimal points; from some month on with one column more, as such files do."""
    return _text(requests, ",", ".", with_origin=with_origin).encode()


def as_continental_csv(requests: Iterable[ServiceRequest]) -> bytes:
    """What a spreadsheet on a Continental office computer saves: semicolons, decimal commas, Windows-1252, CRLF."""
    return _text(requests, ";", ",", end="\r\n").encode("cp1252")


def as_tsv(requests: Iterable[ServiceRequest]) -> bytes:
    """UTF-8 with tabs."""
    return _text(requests, "\t", ".").encode()


def as_utf16_csv(requests: Iterable[ServiceRequest]) -> bytes:
    """UTF-16 with a byte order mark, as a spreadsheet's "Unicode text" comes."""
    return "\ufeff".encode("utf-16-le") + _text(requests, ",", ".", end="\r\n").encode("utf-16-le")


def _text(
    requests: Iterable[ServiceRequest], delimiter: str, decimal: str, *, end: str = "\n", with_origin: bool = False
) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow([*COLUMNS, *(["case_origin"] if with_origin else [])])
    for each in requests:
        writer.writerow([*each.row(decimal), *([each.origin] if with_origin else [])])
    return out.getvalue()
