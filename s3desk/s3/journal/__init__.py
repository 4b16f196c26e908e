"""What was begun, kept in a file: gestures, their items, and how far each came."""
