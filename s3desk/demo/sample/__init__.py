"""The sample data of the demo: an invented city's service requests. Made by code, the same bytes every time."""

from __future__ import annotations

from s3desk.demo.sample.buckets import (
    BUCKETS,
    PUBLIC_BUCKET,
    VERSIONS_BUCKET,
    Step,
    history,
    sensor_readings,
    whole_files,
)
from s3desk.demo.sample.model import Sample

__all__ = ["BUCKETS", "PUBLIC_BUCKET", "VERSIONS_BUCKET", "Sample", "Step", "history", "sensor_readings", "whole_files"]
