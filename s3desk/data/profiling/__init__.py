"""What is in the columns of a table, in numbers and pictures."""
