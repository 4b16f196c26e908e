"""The window about permissions, and the dialogs around it."""
