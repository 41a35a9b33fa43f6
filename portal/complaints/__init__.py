"""Keluhan: intake, documents, the promise, the case file."""
