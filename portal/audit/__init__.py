"""Who did what to which record; rows are only ever added."""

from portal.audit.services import record, record_reading, unrecorded

__all__ = ["record", "record_reading", "unrecorded"]
