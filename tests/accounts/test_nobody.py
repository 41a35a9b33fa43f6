"""Signing in under a name that nobody has."""

from portal.accounts import passwords
from tests.factories import AS_THE_PORTAL_DOES


def test_a_name_nobody_has_takes_as_long_as_a_wrong_password():
    assert not AS_THE_PORTAL_DOES.check_needs_rehash(passwords.NOBODY), (
        "the library's measures moved on: hash this one anew"
    )
    assert not passwords.matches(None, "nobody's password")
