"""Making one place like another: what differs, and doing what was chosen of it. One way only."""
