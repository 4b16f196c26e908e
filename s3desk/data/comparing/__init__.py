"""What differs between two tables."""
