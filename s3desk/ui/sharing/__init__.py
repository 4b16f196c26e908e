"""The dialogs around links."""
