"""What was made of the service requests: Parquet, summaries, events, a document."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from s3desk.demo.sample.requests import SERVICES, ServiceRequest

if TYPE_CHECKING:
    import pyarrow as pa


def requests_parquet(requests: Sequence[ServiceRequest]) -> bytes:
    """All cases with real types, in several row groups."""
    import pyarrow as pa  # noqa: PLC0415  # heavy; only the first start of the demo needs it

    columns = {
        "service_request_id": [f"{each.number:010d}" for each in requests],
        "requested_datetime": pa.array([each.requested for each in requests], pa.timestamp("ms")),
        "case_age_days": pa.array([each.age_days for each in requests], pa.int32()),
        "service_name": pa.array([each.service for each in requests]).dictionary_encode(),
        "lat": pa.array([each.lat for each in requests], pa.float64()),
        "lng": pa.array([each.lng for each in requests], pa.float64()),
        "street_address": [each.street_address for each in requests],
        "status": pa.array([each.status for each in requests]).dictionary_encode(),
        "council_district": pa.array([each.district for each in requests], pa.int8()),
        "public_description": [each.description for each in requests],
    }
    return _parquet(pa.table(columns))


def requests_per_day_parquet(requests: Sequence[ServiceRequest]) -> bytes:
    """A row a day and service: date, service_name, requests."""
    import pyarrow as pa  # noqa: PLC0415

    counts = sorted(Counter((each.requested.date(), each.service) for each in requests).items())
    columns = {
        "date": pa.array([day for (day, _), _ in counts], pa.date32()),
        "service_name": [service for (_, service), _ in counts],
        "requests": pa.array([count for _, count in counts], pa.int32()),
    }
    return _parquet(pa.table(columns))


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    out = pa.BufferOutputStream()
    pq.write_table(table, out, row_group_size=10_000, compression="zstd")
    return bytes(out.getvalue())


def summary_csv(requests: Sequence[ServiceRequest]) -> bytes:
    """A row a service: how many cases, how many still open, their mean age in days."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["service_name", "requests", "open", "mean_age_days"])
    for service in SERVICES:
        cases = [each for each in requests if each.service == service]
        open_cases = sum(each.status != "Closed" for each in cases)
        writer.writerow([service, len(cases), open_cases, f"{sum(each.age_days for each in cases) / len(cases):.1f}"])
    return out.getvalue().encode()


def district_csv(requests: Sequence[ServiceRequest]) -> bytes:
    """A row a council district and month."""
    counts = Counter((each.district, each.requested.month) for each in requests if each.district is not None)
    rows = [f"{district},2019-{month:02d},{count}\n" for (district, month), count in sorted(counts.items())]
    return ("council_district,month,requests\n" + "".join(rows)).encode()


def events_jsonl(requests: Sequence[ServiceRequest]) -> bytes:
    """What happened to the cases, one JSON document a line, nested as event streams are."""
    random = Random(7)  # noqa: S311  # sample data, the same every time
    lines = []
    for each in requests:
        event: dict[str, object] = {
            "event": random.choice(("opened", "assigned", "closed")),
            "at": (each.requested + timedelta(minutes=random.randrange(600))).isoformat() + "Z",
            "request": {"id": f"{each.number:010d}", "service": each.service},
        }
        if each.lat is not None:
            event["where"] = {"lat": round(each.lat, 6), "lng": each.lng and round(each.lng, 6)}
        lines.append(json.dumps(event, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode()


def districts_json() -> bytes:
    """The districts as a GeoJSON document: nine squares."""
    features = []
    for number in range(1, 10):
        west, south = -117.25 + (number - 1) % 3 * 0.1, 32.55 + (number - 1) // 3 * 0.16
        corners = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.16), (0.0, 0.16), (0.0, 0.0)]
        ring = [[round(west + x, 3), round(south + y, 3)] for x, y in corners]
        properties = {"council_district": number, "name": f"District {number}"}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=2).encode()


def sensor_reading(number: int) -> bytes:
    """One reading of one sensor, as small devices send them."""
    random = Random(number)  # noqa: S311  # sample data, the same every time
    at = datetime(2019, 1, 1) + timedelta(minutes=105 * number)  # noqa: DTZ001  # the Z is written below
    reading = {
        "sensor": f"air-{number % 40:03d}",
        "at": at.isoformat() + "Z",
        "pm25": round(random.gauss(11, 4), 1),
        "celsius": round(random.gauss(17, 5), 1),
    }
    return (json.dumps(reading) + "\n").encode()
