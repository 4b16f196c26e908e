"""Files up and down: planned, sent and fetched in the fastest way that serves, and proven."""
