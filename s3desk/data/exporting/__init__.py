"""Tables sorted, filtered, searched and written, to disk and to S3."""
