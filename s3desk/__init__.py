"""s3desk: a desktop file manager for Amazon S3 and everything that speaks S3."""

__version__ = "0.1.0"
