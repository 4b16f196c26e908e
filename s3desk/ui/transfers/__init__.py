"""Uploads, downloads and other long work: its verbs, its queue, its lines."""
