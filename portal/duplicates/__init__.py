"""Pairs of people who may be one: where they come from, what a person says of them. Merging is another room's."""
