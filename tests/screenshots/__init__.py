"""The pictures of the user guide and of the README, taken from a demo city of their own: `make screenshots`."""
