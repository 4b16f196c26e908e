"""An embedded S3 server with sample data, in its own process."""

from __future__ import annotations

from s3desk.demo.folder import DemoError, default_folder
from s3desk.demo.start import DemoServer, RunningDemo, start_demo

__all__ = ["DemoError", "DemoServer", "RunningDemo", "default_folder", "start_demo"]
