"""The server is killed while people write: what they were told is there, once; the rest can be sent again."""
