"""Merging what was written down twice, a person or a family, in a way that can be taken apart again."""
