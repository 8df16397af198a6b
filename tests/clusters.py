"""A Postgres server of our own in a temporary folder, started once and stopped at the end of the tests."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
PORT = 5432  # of a socket in a folder of its own, whatever the environment says
# The path of a socket has room for a hundred characters, and another user has to get there: not every TMPDIR will do.
PLACE = "/tmp" if os.access("/tmp", os.W_OK) else None
_SCHEMAS = itertools.count()


def why_no_cluster() -> str:
    """Return why no server can be started, ``""`` if one can."""
    try:
        import psycopg  # noqa: F401, PLC0415  an optional dependency
    except ImportError:
        return "not there: needs psycopg (extra `postgres`)"
    if _programs() is None:
        return "not there: needs `initdb` and `pg_ctl` (Debian package postgresql)"
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return "not there: Postgres does not run as root, and there is no `runuser`"
    return ""


class Cluster:
    """A server: started, killed, and the address of its one database."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.address = f"host={folder} port={PORT} user=evenhand dbname=postgres"
        self._folder, self._control = folder, [programs / "pg_ctl", "-D", folder / "data", "-w"]

    def new_schema(self) -> str:
        """Return the address of an empty schema of its own."""
        import psycopg  # noqa: PLC0415  an optional dependency; without it nobody comes here

        name = f"ledger_{next(_SCHEMAS)}"
        with psycopg.connect(self.address) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.address} options='-c search_path={name}'"

    def start(self) -> None:
        """Start, after `stop` by recovering from the log."""
        options = f"-k {self._folder} -p {PORT} -c listen_addresses='' -c max_connections=100"
        _run(*self._control, "-o", options, "-l", self._folder / "log", "start")

    def stop(self) -> None:
        """Kill every process of the server as it stands: nothing is written out."""
        _run(*self._control, "-m", "immediate", "stop")


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a server for a while."""
    folder = Path(tempfile.mkdtemp(prefix="evenhand-pg-", dir=PLACE))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    programs = _programs() or Path()
    _run(
        programs / "initdb", "-D", data, "-U", "evenhand", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"
    )
    cluster = Cluster(folder, programs)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """Return the folder of the server's programs: Debian keeps them out of the path, one folder a version."""
    folders = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    if folders:
        return folders[-1].parent
    return Path(found).parent if found else None


def _run(*command: str | Path) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # Anyone who runs the tests may have a server of their own, and variables that lead there.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", env=environment)
