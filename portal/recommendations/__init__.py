"""The mayor's one-month letters."""
