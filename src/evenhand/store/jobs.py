"""The console's jobs: one row each, and two files of what the process printed."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from evenhand.model.job import LISTED, WRITING, Job, JobState, JobVerb
from evenhand.store.console_tables import ConsoleTables

FOLDER = Path("console") / "jobs"
MOST_KEPT = 300
_COLUMNS = (
    "id, verb, arguments, person, started, ended, state, about, stage, done, total, message, pid, mark"
)  # fmt: skip
_TAIL = 16_384


class Jobs:
    """The jobs in a console's tables; of those that write to the network one runs at a time."""

    def __init__(self, tables: ConsoleTables, network: Path) -> None:
        self._tables, self._folder = tables, network / FOLDER

    def begin(self, job: Job) -> bool:
        """Write down a job that is about to start; False where another one of its kind runs.

        Raises:
            StorageFailed: it cannot be written.
        """
        with self._tables.together():
            made = self._tables.changes(
                f"INSERT OR IGNORE INTO job({_COLUMNS}, lane) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                *_row(job), _lane(job),
            )  # fmt: skip
            gone = self._tables.rows(
                "SELECT id FROM job WHERE state != 'running' ORDER BY started DESC, rowid DESC LIMIT -1 OFFSET ?",
                MOST_KEPT,
            )  # fmt: skip
            for (id_,) in gone:
                self._tables.rows("DELETE FROM job WHERE id = ?", id_)
                for path in (self.output(id_), self.errors(id_)):
                    path.unlink(missing_ok=True)
            if made:
                self._folder.mkdir(mode=0o700, exist_ok=True)
        return bool(made)

    def set_process(self, job: Job, pid: int, mark: str) -> None:
        """Write down which process does a job."""
        self._tables.rows("UPDATE job SET pid = ?, mark = ? WHERE id = ?", pid, mark, job.id)

    def end(self, job: Job, state: JobState, at: datetime, message: str = "") -> None:
        """Write down how a job ended, and how far it was; what has ended before stays as it is."""
        self._tables.rows(
            "UPDATE job SET state = ?, ended = ?, message = ?, stage = ?, done = ?, total = ?"
            " WHERE id = ? AND state = 'running'",
            state, int(at.timestamp()), message[:4_000], job.stage, job.done, job.total, job.id,
        )  # fmt: skip

    def find(self, id_: str) -> Job | None:
        """Return a job, None where there is none of this id."""
        rows = self._tables.rows(f"SELECT {_COLUMNS} FROM job WHERE id = ?", id_)
        return _job(rows[0]) if rows else None

    def last(self, most: int, skip: int = 0) -> list[Job]:
        """Return jobs that write to the network or give it away, the newest first."""
        marks = ", ".join("?" for _ in LISTED)
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM job WHERE verb IN ({marks}) ORDER BY started DESC, rowid DESC LIMIT ? OFFSET ?",
            *LISTED, most, skip,
        )  # fmt: skip
        return [_job(row) for row in rows]

    def last_of(self, verb: JobVerb) -> Job | None:
        """Return the newest job of a verb, None where there is none."""
        rows = self._tables.rows(
            f"SELECT {_COLUMNS} FROM job WHERE verb = ? ORDER BY started DESC, rowid DESC LIMIT 1", verb
        )
        return _job(rows[0]) if rows else None

    def running(self) -> list[Job]:
        """Return the jobs that have not ended, as far as anybody has written down."""
        return [_job(row) for row in self._tables.rows(f"SELECT {_COLUMNS} FROM job WHERE state = 'running'")]

    def output(self, id_: str) -> Path:
        """Return the file of what a job printed."""
        return self._folder / f"{id_}.out"

    def errors(self, id_: str) -> Path:
        """Return the file of a job's progress, warnings and errors."""
        return self._folder / f"{id_}.err"

    def with_progress(self, job: Job) -> Job:
        """Return a job with how far it is and what it said last, by the end of its file."""
        stage, message = None, ""
        for line in self._last_lines(job.id):
            if line.startswith("{"):
                try:
                    stage = msgspec.json.decode(line, type=_Progress)
                except msgspec.MsgspecError:
                    continue
            else:
                message = line
        known = msgspec.structs.replace(job, message=job.message or message.removeprefix("evenhand: "))
        if stage is None:
            return known
        return msgspec.structs.replace(known, stage=stage.stage, done=stage.done, total=stage.total)

    def _last_lines(self, id_: str) -> list[str]:
        try:
            with self.errors(id_).open("rb") as file:
                file.seek(max(file.seek(0, 2) - _TAIL, 0))
                return [line for line in file.read().decode("utf-8", "replace").splitlines() if line.strip()]
        except OSError:
            return []


class _Progress(msgspec.Struct):
    stage: str
    done: int
    total: int


def _lane(job: Job) -> str:
    """Return the name of which one job runs at a time: those that write, each other listed verb, or the job itself."""
    return "write" if job.verb in WRITING else job.verb if job.verb in LISTED else job.id


def _row(job: Job) -> tuple[object, ...]:
    ended = int(job.ended.timestamp()) if job.ended else None
    return (
        job.id, job.verb, msgspec.json.encode(job.arguments).decode(), job.person, int(job.started.timestamp()), ended,
        job.state, job.about, job.stage, job.done, job.total, job.message, job.pid, job.mark,
    )  # fmt: skip


def _job(row: tuple[object, ...]) -> Job:
    names = [name.strip() for name in _COLUMNS.split(",")]
    fields = dict(zip(names, row, strict=True))
    fields["arguments"] = msgspec.json.decode(str(fields["arguments"]))
    for name in ("started", "ended"):
        fields[name] = None if fields[name] is None else datetime.fromtimestamp(int(str(fields[name])), UTC)
    return msgspec.convert(fields, Job)
