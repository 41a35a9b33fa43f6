"""Who did what to which record; rows are only ever added."""

from portal.audit.services import identity_of, kind_of, record, record_reading, unrecorded

__all__ = ["identity_of", "kind_of", "record", "record_reading", "unrecorded"]
