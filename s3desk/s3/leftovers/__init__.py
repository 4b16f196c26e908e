"""What broken-off work leaves on a server."""
