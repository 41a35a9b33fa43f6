"""A disk that is full: a clear page, reading goes on, nothing half-written, and it works again once there is room."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from portal.files import services as files
from portal.files.content import Content
from portal.web.full import disk_is_full
from portal.web.once import new_key
from tests.live import Visitor, environment_of, flask, served
from tests.parallel.test_real_requests import PASSWORD, complaint


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB of its own, taken away afterwards."""
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("PostgreSQL's own disk is its keeper's; its code for a full one is tried below")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "portal-test", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted as root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def filled(place: Path) -> Path:
    """A file that takes all that is left."""
    file = place / "filler"
    with file.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 65536)
        except OSError:
            pass
    return file


@pytest.mark.proof
def test_a_full_disk_is_said_reading_goes_on_and_room_heals_it(small_disk, tmp_path):
    environment = environment_of(small_disk) | {"LOG_DIR": str(tmp_path)}
    for command in (["db", "upgrade"], ["seed", "--unit", "upt-kan"]):
        flask(environment, *command)
    flask(environment, "user", "add", "rani", "--role", "social_worker", "--password", PASSWORD)
    with served(environment, workers=1, threads=4) as port:
        rani = Visitor(port).sign_in("rani", PASSWORD)
        token, once = rani.token("/complaints/new"), new_key()
        assert rani.post("/complaints/new", complaint(token, "Keluarga Sebelum", new_key())).status == 303

        filler = filled(small_disk)
        refused = [rani.post("/complaints/new", complaint(token, f"Keluarga {n}", new_key())) for n in range(3)]
        mine = rani.post("/complaints/new", complaint(token, "Keluarga Penuh", once))
        read = [
            rani.get(page).status for page in ("/", "/households", "/complaints", "/visits", "/services", "/healthz")
        ]
        filler.unlink()
        again = rani.post("/complaints/new", complaint(token, "Keluarga Penuh", once))

    assert {answer.status for answer in (*refused, mine)} == {507}
    assert "belum tersimpan" in mine.text
    assert "not saved" in mine.text
    assert read == [200] * 6
    assert again.status == 303
    with create_engine(f"sqlite:///{small_disk / 'portal.db'}").connect() as connection:
        names = connection.execute(text("SELECT head_name FROM household ORDER BY id")).scalars().all()
        sound = connection.execute(text("PRAGMA integrity_check")).scalar()
    assert (names, sound) == (["Keluarga Sebelum", "Keluarga Penuh"], "ok")
    assert "unbroken" in flask(environment, "audit", "verify")
    assert re.search(r"no faults", flask(environment, "ledger", "verify"))


def test_an_upload_that_finds_no_place_leaves_nothing(own_portal, monkeypatch):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(Content(data=b"x" * 1000, media_type="application/pdf"))

    folder = Path(own_portal.config["UPLOADS_DIR"])
    assert [place for place in folder.rglob("*") if place.is_file()] == []


@pytest.mark.parametrize(
    ("error", "full"),
    [(OSError(28, "x"), True), (OSError(122, "x"), True), (OSError(2, "x"), False), (ValueError(), False)],
)
def test_what_a_full_disk_says_is_recognised(error, full):
    assert disk_is_full(error) is full


def test_what_postgresql_says_is_recognised():
    error = Exception()
    error.sqlstate = "53100"

    assert disk_is_full(error)
