"""Uploaded files: checked by content, kept outside the web, served as attachments."""
