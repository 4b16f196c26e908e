"""Formats that can be hostile, parsed in a process of their own."""
