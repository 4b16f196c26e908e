"""The beginning of an object in the form that suits its content."""
