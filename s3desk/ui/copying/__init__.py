"""Copies and moves of objects: by dialog, clipboard and mouse, inside the program and out of it."""
