"""Objects read whole into tables."""
