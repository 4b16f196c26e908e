"""Two tables side by side: what is in one and not in the other."""
