"""Spreadsheets in and out: what other offices send, read and judged row by row; what they get."""
