"""An invented, lived-in city for a portal that has nothing in it yet: the same seed and day give the same city."""

from portal.demo.fill import AlreadyFilled, fill

__all__ = ["AlreadyFilled", "fill"]
