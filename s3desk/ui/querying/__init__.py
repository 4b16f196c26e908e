"""Asking files in SQL where they lie."""
