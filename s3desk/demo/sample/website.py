"""The pages of the demo's public bucket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from s3desk.demo.sample.drawings import bar_chart_png, report_pdf
from s3desk.demo.sample.model import Sample

if TYPE_CHECKING:
    from s3desk.demo.sample.requests import ServiceRequest

_MONTHS = "JFMAMJJASOND"
_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #e3e6ea }
td.number { text-align: right }
img { max-width: 100% }
a { color: #2563c9 }
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><link rel="stylesheet" href="style.css"></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def website(bucket: str, requests: Sequence[ServiceRequest]) -> Iterator[Sample]:
    """Two pages, their style, a picture and a PDF, all made from the same requests."""
    months = [count for _, count in sorted(Counter(each.requested.month for each in requests).items())]
    services = Counter(each.service for each in requests).most_common()
    html = "text/html; charset=utf-8"
    yield Sample(bucket, "index.html", _index(len(requests)).encode(), html)
    yield Sample(bucket, "report.html", _report(services).encode(), html)
    yield Sample(bucket, "style.css", _STYLE.encode(), "text/css; charset=utf-8")
    yield Sample(bucket, "chart.png", bar_chart_png(months, _MONTHS), "image/png")
    lines = [f"{service}: {count:,} requests" for service, count in services]
    yield Sample(bucket, "report.pdf", report_pdf("Service requests 2019", lines, months), "application/pdf")


def _index(count: int) -> str:
    body = (
        f"<p>In 2019 people reported {count:,} things to be fixed.</p>\n"
        '<p><img src="chart.png" alt="Requests per month, most of them in summer"></p>\n'
        '<p><a href="report.html">By service</a> · <a href="report.pdf">The same as PDF</a></p>'
    )
    return _PAGE.format(title="Get it done", body=body)


def _report(services: Sequence[tuple[str, int]]) -> str:
    rows = "\n".join(f'<tr><td>{escape(name)}</td><td class="number">{count:,}</td></tr>' for name, count in services)
    table = (
        f'<table>\n<tr><th>Service</th><th>Requests</th></tr>\n{rows}\n</table>\n<p><a href="index.html">Back</a></p>'
    )
    return _PAGE.format(title="Requests by service, 2019", body=table)
