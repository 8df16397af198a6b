"""Postgres servers of our own in temporary folders, started for tests and stopped at their end."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
PORT = 5432  # of a socket in a folder of its own, whatever the environment says
ROOM = 1 << 30
# In memory where there is room: what is killed here is processes, never the machine, and a server syncs often.
# The path of a socket has room for a hundred characters, and another user has to get there: not every TMPDIR will do.
PLACE = next(
    (place for place in ("/dev/shm", "/tmp") if os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM),
    None,
)
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

    def __init__(self, folder: Path, listen: Sequence[str] = ()) -> None:
        self.address = f"host={folder} port={PORT} user=evenhand dbname=postgres"
        self.folder, self._listen = folder, listen
        self._control = [programs() / "pg_ctl", "-D", folder / "data", "-w"]

    def promote(self) -> None:
        """Make a main server of a standby."""
        run(*self._control, "promote")

    def new_schema(self) -> str:
        """Return the address of an empty schema of its own."""
        import psycopg  # noqa: PLC0415  an optional dependency; without it nobody comes here

        name = f"ledger_{next(_SCHEMAS)}"
        with psycopg.connect(self.address) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{self.address} options='-c search_path={name}'"

    def start(self) -> None:
        """Start, after `stop` by recovering from the log."""
        options = f"-k {self.folder} -p {PORT} -c listen_addresses='{','.join(self._listen)}' -c max_connections=100"
        options += " -c wal_retrieve_retry_interval=100ms"  # how soon a standby comes back to its server
        run(*self._control, "-o", options, "-l", self.folder / "log", "start")

    def stop(self) -> None:
        """Kill every process of the server as it stands: nothing is written out."""
        run(*self._control, "-m", "immediate", "stop")


@contextmanager
def running_cluster(listen: Sequence[str] = (), trusted: str = "") -> Iterator[Cluster]:
    """Run a server for a while, which listens at addresses too and lets in who comes from the net `trusted`."""
    with new_folder() as folder:
        data = folder / "data"
        run(
            programs() / "initdb", "-D", data, "-U", "evenhand", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync",
        )  # fmt: skip
        if trusted:
            with (data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write(f"host all all {trusted} trust\n")
        cluster = Cluster(folder, listen)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running_standby(main: Cluster) -> Iterator[Cluster]:
    """Run a hot standby that follows a server by streaming."""
    with new_folder() as folder:
        source = ["-h", main.folder, "-p", str(PORT), "-U", "evenhand"]
        run(programs() / "pg_basebackup", "-D", folder / "data", *source, "-R", "--checkpoint=fast", "--no-sync")
        standby = Cluster(folder)
        try:
            standby.start()
            yield standby
        finally:
            standby.stop()


@contextmanager
def new_folder() -> Iterator[Path]:
    """Hold a folder for a server, which whoever runs it may write to."""
    folder = Path(tempfile.mkdtemp(prefix="evenhand-pg-", dir=PLACE))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def programs() -> Path:
    """Return the folder of the server's programs."""
    return _programs() or Path()


def _programs() -> Path | None:
    """Return the folder of the server's programs: Debian keeps them out of the path, one folder a version."""
    folders = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    if folders:
        return folders[-1].parent
    return Path(found).parent if found else None


def run(*command: str | Path) -> None:
    """Run a program of the server as who may run it."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # Anyone who runs the tests may have a server of their own, and variables that lead there.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", env=environment)
