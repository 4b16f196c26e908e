"""Links for other people: made, written in the form they are pasted, tried, remembered."""
