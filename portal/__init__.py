"""Portal Anak Nagari: intake and case management of a city's integrated welfare unit."""

from portal.app import create_app

__all__ = ["create_app"]
