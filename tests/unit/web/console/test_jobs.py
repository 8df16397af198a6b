"""Runs started in the console: watched, stopped, found again, said in words; and the table of decisions as a file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.model.job import Job
from evenhand.web.console.console import Console
from evenhand.web.console.processes import interrupt, process_mark, start_process
from tests.networks import full_network
from tests.people import write_staff
from tests.unit.web.console.clients import Browser, browser, console_of, run_of

SLEEPS = [sys.executable, "-c", "import time; print('[]', flush=True); time.sleep(60)"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Console, Browser, Job]]:
    """Return the console of a small network with staff, in which one run was started and has ended."""
    made = full_network(tmp_path_factory.mktemp("jobs") / "network")
    made.settings["network"]["name"] = "<script>alert(1)</script>"
    made.add("advertisers", id="broken", name="<script>alert(2)</script>", domains="no host", country="Nowhere")
    made.write()
    write_staff(made.folder)
    with console_of(made.folder) as console:
        client = browser(console, "ops")
        answer = client.send_form("/jobs/run", "/jobs")
        assert answer.status_code == 303, answer.text
        yield console, client, console.jobs.wait(answer.headers["location"].rpartition("/")[2], 60)


def test_a_run_is_started_watched_and_said_in_words(ran: tuple[Console, Browser, Job]) -> None:
    """By a child process, with what it decided, what it rejected, and who started it."""
    _, client, job = ran

    page = client.get(f"/jobs/{job.id}").text

    assert (job.state, job.person, job.message) == ("done", "ops", "")
    assert job.total > 0
    assert "decisions" in page
    assert "New decisions other than allow" in page
    assert "data/advertisers.csv" in page
    assert "<script>alert" not in page
    assert "notices written" in page  # Evenhand sends none
    assert "done" in client.get("/jobs").text


def test_the_events_of_a_job_that_has_ended_say_so(ran: tuple[Console, Browser, Job]) -> None:
    """A page that was opened too late loads itself again and shows the report."""
    _, client, job = ran

    answer = client.get(f"/jobs/{job.id}/events")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == "event: end\ndata: \n\n"


def test_the_table_of_decisions_is_a_file(ran: tuple[Console, Browser, Job]) -> None:
    """As XLSX and CSV; who took it is written down, and no other name leads to a file."""
    console, client, _ = ran

    assert client.get("/download/decisions.xlsx").content == (console.folder / "out" / "decisions.xlsx").read_bytes()
    assert 'href="/download/decisions.xlsx"' in client.get("/parties").text
    csv = client.get("/download/decisions.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="decisions.csv"'
    assert "Dravik Mills" in csv.text
    assert client.get("/download/..%2f..%2fstaff.toml").status_code == 404
    assert client.get("/download/register.jsonl").status_code == 404
    assert ("ops", "decisions", "decisions.csv") in {
        (each.person, each.what, each.about) for each in console.read_log.last(50, 0, "")
    }


@pytest.mark.parametrize(("person", "status"), [("aud", 403), ("lea", 303), ("rea", 403)])
@pytest.mark.usefixtures("verbs_called")
def test_who_may_start_a_run(ran: tuple[Console, Browser, Job], person: str, status: int) -> None:
    """By the staff's rules, which the workflow asks; an auditor reads and changes nothing."""
    console, _, _ = ran
    before = len(console.jobs.jobs.last(100))

    answer = browser(console, person).send_form("/jobs/run", "/jobs")

    assert answer.status_code == status
    assert len(console.jobs.jobs.last(100)) == before + (status == 303)
    if status == 303:
        console.jobs.wait(answer.headers["location"].rpartition("/")[2], 60)


def test_one_job_that_writes_runs_at_a_time(ran: tuple[Console, Browser, Job]) -> None:
    """The second is refused in one line, and the page says which is at work."""
    console, client, _ = ran
    job = started(console, os.getpid(), process_mark(os.getpid()))

    answer = client.send_form("/jobs/run", "/jobs")

    assert answer.status_code == 409
    assert "other work is going on" in answer.text.lower()
    assert "Run now" not in client.get("/jobs").text
    assert "Refresh" in client.get(f"/jobs/{job.id}").text
    console.jobs.jobs.end(job, "failed", datetime.now(UTC))


def test_a_job_is_stopped_as_ctrl_c_stops_it(ran: tuple[Console, Browser, Job]) -> None:
    """By a signal to its process, and to no later one of the same number."""
    console, client, _ = ran
    process = start_process(SLEEPS, console.folder / "out.txt", console.folder / "err.txt")
    while not (console.folder / "out.txt").read_bytes():
        time.sleep(0.02)
    job = started(console, process.pid, process_mark(process.pid))

    assert not interrupt(process.pid, "another begin")
    assert browser(console, "aud").send_form(f"/jobs/{job.id}/cancel", "/jobs").status_code == 403
    answer = client.send_form(f"/jobs/{job.id}/cancel", "/jobs")

    assert answer.status_code == 303
    assert process.wait(20) == -signal.SIGINT
    assert console.jobs.find(job.id).state in ("cancelled", "failed", "unknown")


def test_a_job_is_found_again_after_the_console_was_restarted(ran: tuple[Console, Browser, Job]) -> None:
    """By the number of its process and when that began; once it has gone, by what it printed."""
    console, client, _ = ran
    process = start_process(SLEEPS, console.folder / "out2.txt", console.folder / "err2.txt")
    job = started(console, process.pid, process_mark(process.pid))
    console.jobs.jobs.output(job.id).write_bytes(b"")
    console.jobs.jobs.errors(job.id).write_bytes(b'{"stage":"ruling","done":3,"total":7}\n')

    with console_of(console.folder) as again:
        known = again.jobs.find(job.id)
        assert (known.state, known.stage, known.done, known.total) == ("running", "ruling", 3, 7)
        process.kill()
        process.wait(20)
        assert again.jobs.find(job.id).state == "unknown"
    assert "did not say how it ended" in client.get(f"/jobs/{job.id}").text


@pytest.mark.parametrize(
    ("printed", "said", "state"),
    [
        (b'{"a":1}', b"", "done"),
        (b"", b"evenhand: payers.csv: is empty\n", "failed"),
        (b'{"a":', b"evenhand: Interrupted; committed records are safe.\n", "cancelled"),
        (b"", b'{"stage":"ruling","done":3,"total":7}\n', "unknown"),
    ],
)
def test_how_a_job_ended_that_nobody_watched(
    ran: tuple[Console, Browser, Job], printed: bytes, said: bytes, state: str
) -> None:
    """By its output alone: its status is lost with the console that had started it."""
    console, _, _ = ran
    job = started(console, 2**22 + 5, "1")
    console.jobs.jobs.output(job.id).write_bytes(printed)
    console.jobs.jobs.errors(job.id).write_bytes(said)

    assert console.jobs.find(job.id).state == state


@pytest.mark.usefixtures("verbs_called")
def test_a_run_that_a_shrunk_table_stopped_goes_on_when_a_person_accepts_it(tmp_path: Path) -> None:
    """The page says what is missing; that it is accepted is signed and recorded, with the reason."""
    made = full_network(tmp_path / "network")
    made.run()
    made.tables["payers"] = []
    made.write()
    write_staff(made.folder)
    with console_of(made.folder) as console:
        client = browser(console, "ops")
        failed = run_of(console, client.send_form("/jobs/run", "/jobs"))
        page = client.get(f"/jobs/{failed.id}").text
        assert failed.state == "failed"
        assert 'name="table" value="payers"' in page

        assert client.send_form("/jobs/run", "/jobs", table="payers").status_code == 400
        assert browser(console, "lea").send_form("/jobs/run", "/jobs", table="payers", why="so").status_code == 403
        done = run_of(console, client.send_form("/jobs/run", "/jobs", table="payers", why="moved <b>away</b>"))

    assert done.state == "done"
    assert done.arguments == ("--accept-table", "payers")
    (note,) = made.payloads("task")
    assert b"Accepted although rows are missing: table payers" in note
    assert b'"person":"ops"' in note
    verified = subprocess.run(
        [sys.executable, "-m", "evenhand", "ledger", "verify", str(made.folder)], capture_output=True, check=False
    )
    assert verified.returncode == 0, verified.stdout


def started(console: Console, pid: int, mark: str) -> Job:
    """Write a job down as if this console, or one before it, had started it."""
    job = Job(
        id=console.new_id(), verb="run", arguments=(), person="ops", started=datetime.now(UTC), pid=pid, mark=mark
    )
    assert console.jobs.jobs.begin(job)
    return job
