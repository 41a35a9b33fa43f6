"""Eligible or not, why, and by whom."""
