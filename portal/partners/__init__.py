"""Organisations that help, what they pledge and give."""
