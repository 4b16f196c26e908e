"""Receipts: what became of every item of a gesture, as a file that can be checked later."""
