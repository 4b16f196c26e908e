"""The dialogs that turn tables and folders into web pages."""
