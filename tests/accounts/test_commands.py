"""Who may sign in, from the terminal."""

import re

import pyotp
import pytest
from sqlalchemy import select

from portal.accounts import second_factor
from portal.accounts.models import SecondFactor, User
from portal.accounts.passwords import matches
from portal.clock import now
from portal.db import db

FIRST = re.compile(r"first password ([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}),")


@pytest.fixture
def command(app, transaction):
    """`command("user", "list")` is the command's result, as a shell would see it."""
    runner = app.test_cli_runner()

    def run(*arguments, typed=None):
        db.session.commit()
        result = runner.invoke(args=arguments, input=typed)
        db.session.expire_all()
        return result

    return run


def stored(name):
    return db.session.execute(select(User).where(User.name == name)).scalar()


def test_a_user_added_with_a_typed_password_signs_in_with_it(command):
    typed = "sepeda biru di pasar\n"
    result = command("user", "add", "Ani", "--role", "admin", typed=typed * 2)

    assert result.exit_code == 0, result.output
    assert "ani: added" in result.output
    assert matches(stored("ani").password_hash, typed.strip())
    assert not stored("ani").password_is_first


def test_with_no_password_the_portal_makes_a_first_one_and_shows_it_once(command):
    result = command("user", "add", "ani", "--role", "social_worker", typed="\n\n")

    assert result.exit_code == 0, result.output
    assert matches(stored("ani").password_hash, FIRST.search(result.output).group(1))
    assert stored("ani").password_is_first


@pytest.mark.parametrize("easy", ["pendek", "passwordpassword"])
def test_an_easy_password_is_refused_in_one_line(command, easy):
    result = command("user", "add", "ani", "--role", "admin", "--password", easy)

    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert stored("ani") is None


def test_a_reset_gives_a_first_password_and_takes_the_second_factor_away(command, make):
    head = make.unit_head(name="kepala")

    secret = second_factor.new_secret()
    second_factor.enrol(head, secret, pyotp.TOTP(secret).at(now()))

    result = command("user", "reset", "kepala")

    assert result.exit_code == 0, result.output
    assert matches(stored("kepala").password_hash, FIRST.search(result.output).group(1))
    assert db.session.get(SecondFactor, head.id) is None


def test_an_unknown_name_is_refused_in_one_line(command):
    result = command("user", "reset", "nobody")

    assert result.exit_code == 1
    assert "nobody" in result.stderr
