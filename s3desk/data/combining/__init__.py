"""One table from many files."""
