"""Which objects lie in which bucket of the demo."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from s3desk.demo.sample import tables
from s3desk.demo.sample.model import Sample
from s3desk.demo.sample.requests import (
    ServiceRequest,
    as_continental_csv,
    as_csv,
    as_tsv,
    as_utf16_csv,
    month_of_requests,
)
from s3desk.demo.sample.website import website

_REQUESTS, _STAGING, _PROCESSED, _SENSORS = "gid-requests", "gid-staging", "gid-processed", "gid-sensors"
PUBLIC_BUCKET = "gid-website"
VERSIONS_BUCKET = "gid-versions"
BUCKETS = (_PROCESSED, _REQUESTS, _SENSORS, _STAGING, VERSIONS_BUCKET, PUBLIC_BUCKET)
_CONTINENTAL_MONTH = 9
_FIRST_MONTH_WITH_ORIGIN = 11
_READINGS = 5000
_CSV, _PARQUET = "text/csv", "application/vnd.apache.parquet"
_README = """\
# Service requests

Every case that was reported to the city's *Get it done* service, one file a month.
The city and every case are invented.

| column | meaning |
|---|---|
| `service_request_id` | ten digits, keep the leading zeros |
| `requested_datetime` | local time |
| `case_age_days` | days until it was closed, or until today |
| `lat`, `lng` | empty where the place is not known |
| `case_origin` | only since November 2019 |

The file of September 2019 was saved by a spreadsheet: semicolons, decimal commas, Windows-1252.
"""


@dataclass(frozen=True)
class Step:
    """One step in the history of a versioned object: new content, or None where it was deleted."""

    key: str
    body: bytes | None = field(repr=False)


def whole_files() -> Iterator[Sample]:
    """Everything but the sensor readings and the versions, each as soon as it is made."""
    year: list[ServiceRequest] = []
    for month in range(1, 13):
        requests = month_of_requests(2019, month)
        year += requests
        yield Sample(_REQUESTS, f"2019/gid_requests_2019_{month:02d}_01.csv", _month_csv(month, requests), _CSV)
    for month in (10, 11, 12):
        body = as_csv(month_of_requests(2018, month))
        yield Sample(_REQUESTS, f"2018/gid_requests_2018_{month:02d}_01.csv", body, _CSV)
    archived = gzip.compress(as_csv(month_of_requests(2017, 12)), mtime=0)
    yield Sample(_REQUESTS, "archive/gid_requests_2017_12_01.csv.gz", archived, "application/gzip")
    yield Sample(_REQUESTS, "requests_2019.parquet", tables.requests_parquet(year), _PARQUET)
    yield Sample(_REQUESTS, "events.jsonl", tables.events_jsonl(year[::12]), "application/x-ndjson")
    yield Sample(_REQUESTS, "README.md", _README.encode(), "text/markdown; charset=utf-8")
    yield from _staging(year)
    yield from _processed(year)
    yield from website(PUBLIC_BUCKET, year)


def _month_csv(month: int, requests: Sequence[ServiceRequest]) -> bytes:
    if month == _CONTINENTAL_MONTH:
        return as_continental_csv(requests)
    return as_csv(requests, with_origin=month >= _FIRST_MONTH_WITH_ORIGIN)


def _staging(year: Sequence[ServiceRequest]) -> Iterator[Sample]:
    yield Sample(_STAGING, "raw/2019-12-30/cases.tsv", as_tsv(year[-400:]), "text/tab-separated-values")
    yield Sample(_STAGING, "raw/2019-12-31/export_unicode.csv", as_utf16_csv(year[-250:]), "text/csv; charset=utf-16")
    yield Sample(_STAGING, "reference/council_districts.json", tables.districts_json(), "application/json")


def _processed(year: Sequence[ServiceRequest]) -> Iterator[Sample]:
    per_day = tables.requests_per_day_parquet(year)
    yield Sample(_PROCESSED, "daily/requests_per_day_2019.parquet", per_day, _PARQUET)
    yield Sample(_PROCESSED, "summaries/requests_by_service_2019.csv", tables.summary_csv(year), _CSV)
    yield Sample(_PROCESSED, "summaries/requests_by_district_2019.csv", tables.district_csv(year), _CSV)


def sensor_readings() -> Iterator[Sample]:
    """Thousands of small objects under one prefix."""
    for number in range(_READINGS):
        key = f"readings/2019/reading_{number:05d}.json"
        yield Sample(_SENSORS, key, tables.sensor_reading(number), "application/json")


def history() -> Iterator[Step]:
    """A lookup table that was changed four times, and one that was given up."""
    rows = [
        ("service_name,target_days\n", "Pothole,30\n", "Graffiti,14\n", "Street Light Out,45\n"),
        ("service_name,target_days\n", "Pothole,21\n", "Graffiti,14\n", "Street Light Out,45\n"),
        ("service_name,target_days\n", "Pothole,21\n", "Graffiti,7\n", "Street Light Out,45\n", "Storm Drain,10\n"),
        ("service_name,target_days\n", "Pothole,21\n", "Graffiti,7\n", "Street Light Out,30\n", "Storm Drain,10\n"),
    ]
    for lines in rows:
        yield Step("lookup/service_targets.csv", "".join(lines).encode())
    yield Step("lookup/retired_services.csv", b"service_name,until\nShoveled Walks,2017\n")
    yield Step("lookup/retired_services.csv", b"service_name,until\nShoveled Walks,2017\nTelephone Booths,2018\n")
    yield Step("lookup/retired_services.csv", None)
