"""Sync…: a place made like another, seen before it is done."""
