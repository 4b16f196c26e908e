"""The dialogs that make one table from many files."""
