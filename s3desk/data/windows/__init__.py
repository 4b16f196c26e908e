"""Text of any size, opened as windows of rows anywhere in it."""
