"""Payment lists: approved aid collected, printed or sent to the bank, and settled line by line or all at once."""
