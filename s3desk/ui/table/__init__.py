"""Tables in windows of their own: the grid, its filters, profiles and plots."""
