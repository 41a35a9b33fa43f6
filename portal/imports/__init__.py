"""Spreadsheets of other offices: read whatever they send, say of every row whether it could enter the register."""
