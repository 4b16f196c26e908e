"""Saving receipts of transfers, and checking them later."""
