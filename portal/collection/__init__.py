"""What arrives: the givers beneath a partner's gift, out of a sheet, and the bank's statements."""
