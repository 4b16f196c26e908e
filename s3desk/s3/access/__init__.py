"""Who may do what: access lists, policies and the settings above them, read, explained and changed."""
