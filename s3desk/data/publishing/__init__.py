"""Tables and folders as web pages."""
