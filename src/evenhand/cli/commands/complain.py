"""`evenhand complain`: a complaint is filed, or those are taken that came as files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from evenhand.cli.common import (
    PROGRAM,
    AllowFuture,
    AsJson,
    Folder,
    print_json,
    recorded_instant,
    say,
    tools,
)
from evenhand.model.complaint import Attachment, Complaint, ComplaintReason
from evenhand.model.errors import BadInput, EvenhandError, NotFound

if TYPE_CHECKING:
    from evenhand.store.network import Network
    from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
    from evenhand.workflows.complaints.drop_folder import TakenFile
    from evenhand.workflows.run.network_run import Tools

MOST_TEXT_BYTES = 1_000_000
At = Annotated[str | None, typer.Option("--at", help="When it was done, ISO with offset; default: now.")]
REASONS: tuple[ComplaintReason, ...] = get_args(ComplaintReason)


def add_to(app: typer.Typer) -> None:
    """Add the verb `complain` to the command line."""
    app.command("complain")(complain)


def complain(
    folder: Folder,
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="Reference of the letter: r-…, d-…, or the entry of the log.")
    ] = "",
    *,
    reason: Annotated[
        list[str] | None, typer.Option("--reason", metavar="CODE", help=f"Why: {', '.join(REASONS)}.")
    ] = None,
    text: Annotated[Path | None, typer.Option("--text", metavar="FILE", help="The complaint's words; - reads them "
                                              "from standard input.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who complains; default: the party.")] = "",
    contact: Annotated[str, typer.Option("--contact", metavar="ADDRESS", help="Where the answer goes.")] = "",
    language: Annotated[str, typer.Option("--language", help="Language of the answers; default: the letter's.")] = "",
    attach: Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help="A file to keep.")] = None,
    comparator: Annotated[
        list[str] | None, typer.Option("--comparator", metavar="PARTY", help="Who was treated otherwise.")
    ] = None,
    informed: Annotated[str, typer.Option("--informed", metavar="DATE", help="Day on which the party was told; "
                                          "default: the letter's.")] = "",
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER|FILE", help="Take .eml mails and .json appeals.")
    ] = None,
    at: At = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """File a complaint about a decision, or take those that came as files; each is acknowledged at once."""
    from evenhand.store.network import read_network

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    one = {"DECISION": decision, "--reason": reason, "--text": text, "--attach": attach, "--by": by}
    if source is not None:
        given = [name for name, value in one.items() if value]
        if given:
            raise BadInput("a file says it all", where="--from", got=", ".join(given), expected="--from alone")
        _take(folder, network, source, now, as_json=as_json)
        return
    form = _Form(
        decision, reasons_of(reason or ()), "" if text is None else read_text(text), by, contact, language,
        tuple(attach or ()), tuple(comparator or ()), _day(informed),
    )  # fmt: skip
    _file(folder, network, form, now, as_json=as_json)


def reasons_of(codes: Sequence[str]) -> tuple[ComplaintReason, ...]:
    """Return the reason codes that were typed, each once.

    Raises:
        BadInput: an unknown code.
    """
    for code in codes:
        if code not in REASONS:
            raise BadInput("no such reason", where="--reason", got=code, expected=", ".join(REASONS))
    return tuple(each for each in REASONS if each in codes)


def read_text(path: Path) -> str:
    """Return the words of a file, `-` for standard input; cut where nobody would take them.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no text in UTF-8.
    """
    import sys

    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MOST_TEXT_BYTES)
        else:
            with path.open("rb") as file:
                data = file.read(MOST_TEXT_BYTES)
        return data.decode("utf-8-sig", errors="strict" if len(data) < MOST_TEXT_BYTES else "ignore").strip()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("no such file", where=path, expected="a file with the words") from None
    except UnicodeDecodeError:
        raise BadInput("not UTF-8 text", where=path, expected="text in UTF-8") from None


def say_complaint(network: "Network", complaint: Complaint, now: datetime) -> None:
    """Print one complaint with its history."""
    from evenhand.cli.render.complaint_pages import complaint_lines
    from evenhand.workflows.people.staff_overview import unverified

    for line in complaint_lines(complaint, network.settings.zone, now, unverified(network, now)):
        say(line)


def compare_like_cases(network: "Network", complaint: Complaint, now: datetime, handed: "Tools") -> Complaint:
    """Attach comparators to a complaint of unequal treatment and return it; what fails is said, nothing is lost."""
    from evenhand.workflows.complaint_records.complaint_store import complaints_of
    from evenhand.workflows.complaints.comparator_run import attach_comparators, lacks_comparators

    if not lacks_comparators(complaint):
        return complaint
    try:
        finding = attach_comparators(network, complaint, now, handed)
        if finding.not_found:
            typer.echo(f"evenhand: nothing is decided about {', '.join(finding.not_found)}: no like case", err=True)
    except EvenhandError as error:
        typer.echo(f"evenhand: the complaint is recorded; its comparators are not attached yet: {error}", err=True)
        return complaint
    return complaints_of(network).get(complaint.id)


@dataclass(frozen=True)
class _Form:
    """What was typed of one complaint."""

    decision: str
    reasons: tuple[ComplaintReason, ...]
    words: str
    by: str
    contact: str
    language: str
    files: tuple[Path, ...]
    comparators: tuple[str, ...]
    informed: date | None


def _file(folder: Path, network: "Network", form: _Form, now: datetime, *, as_json: bool) -> None:
    from evenhand.workflows.complaint_records.complaint_store import open_complaints
    from evenhand.workflows.complaints.complained_decision import decision_named
    from evenhand.workflows.complaints.filing import StatedComplaint, check_words, file_complaint

    if not form.reasons:
        raise BadInput("no reason is given", where="--reason", expected=f"one or several of {', '.join(REASONS)}")
    if form.comparators and "unequal_treatment" not in form.reasons:
        raise BadInput("comparators belong to unequal treatment", where="--comparator",
                       expected="--reason unequal_treatment beside it")  # fmt: skip
    _check_answerable(form)
    if not form.files:
        check_words(form.words)
    with tools(quiet=True) as handed:
        with open_complaints(network, now, handed) as held:
            about = decision_named(held.ledger, form.decision) if form.decision else None
            stated = StatedComplaint(
                words=form.words, reasons=form.reasons, filed_by=form.by, contact=form.contact,
                language=form.language, attachments=kept_files(held, form.files), comparators=form.comparators,
                informed_on=form.informed,
            )  # fmt: skip
            filed = file_complaint(held, about, stated, PROGRAM)
        complaint = compare_like_cases(network, filed.complaint, now, handed)
    if as_json:
        print_json(complaint)
        return
    if not filed.is_new:
        say("This complaint is recorded already.")
        for line in _not_recorded(form, complaint):
            typer.echo(f"evenhand: {line}", err=True)
    say_complaint(network, complaint, now)
    say(f"Next: evenhand review {folder} {complaint.id} --as PERSON {'--admit' if about else '--decision REFERENCE'}")


def _not_recorded(form: _Form, complaint: Complaint) -> Iterator[str]:
    """Yield what was typed otherwise than it stands in the complaint that was there already."""
    if form.contact not in ("", complaint.contact):
        to = complaint.contact or "no address"
        yield f"--contact: not recorded `{form.contact}`; the answer goes to {to}, as filed first"
    if form.language not in ("", complaint.language):
        yield f"--language: not recorded `{form.language}`; the answer is in `{complaint.language}`, as filed first"
    if form.informed not in (None, complaint.informed_on):
        on = complaint.informed_on or "no day"
        yield f"--informed: not recorded `{form.informed}`; recorded is {on}, as filed first"
    if added := [each for each in form.comparators if each not in complaint.comparators_named]:
        yield f"--comparator: not recorded `{', '.join(added)}`; in other words it is a complaint of its own"


def _check_answerable(form: _Form) -> None:
    """Raise where no answer could go: an address that is none, a language without letters."""
    from evenhand.reasons.language import language_of, languages

    if form.contact and not any(map(str.isalpha, form.contact)):
        raise BadInput("no address", where="--contact", got=form.contact, expected="a mail address or a postal one")
    if form.language and language_of(form.language) is None:
        raise BadInput("no letters in this language", where="--language", got=form.language,
                       expected=", ".join(sorted(languages())))  # fmt: skip


def kept_files(held: "OpenComplaints", paths: Sequence[Path]) -> tuple[Attachment, ...]:
    """Keep files as attachments and return what records say of them.

    Raises:
        NotFound: there is no such file.
        BadInput: too many, or one is too large.
    """
    from evenhand.workflows.complaints.attachments import MOST_BYTES, MOST_FILES, keep_attachment

    if len(paths) > MOST_FILES:
        raise BadInput("too many files", where="--attach", got=len(paths), expected=f"{MOST_FILES} at most")
    for path in paths:
        if not path.is_file():
            raise NotFound("no such file", where="--attach", got=path)
        if path.stat().st_size > MOST_BYTES:
            raise BadInput("attachment is too large", where=path, got=f"{path.stat().st_size:,} bytes",
                           expected=f"{MOST_BYTES:,} bytes at most")  # fmt: skip
    return tuple(keep_attachment(held.network, path.name, path.read_bytes()) for path in paths)


def _take(folder: Path, network: "Network", source: Path, now: datetime, *, as_json: bool) -> None:
    from evenhand.workflows.complaint_records.complaint_store import open_complaints
    from evenhand.workflows.complaints.drop_folder import files_of, left_files, take_files

    files_of(source)
    with tools(quiet=True) as handed, open_complaints(network, now, handed) as held:
        taken = list(take_files(held, files_of(source), PROGRAM, move=source.is_dir()))
    left = left_files(source)
    if as_json:
        print_json({"taken": [_taken_as_json(each) for each in taken], "left": left})
    else:
        _tell_taken(folder, taken)
    for name in left:
        typer.echo(f"evenhand: {source / name}: neither a mail nor JSON; expected .eml or .json, a mail a file; left "
                   "there, nobody was answered: answer by hand, and take it away", err=True)  # fmt: skip
    if left or any(each.refused for each in taken):
        raise typer.Exit(2)


def _taken_as_json(taken: "TakenFile") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(taken)


def _tell_taken(folder: Path, taken: "Sequence[TakenFile]") -> None:
    from evenhand.render.wording import count

    for each in taken:
        if each.refused:
            typer.echo(f"evenhand: {each.refused}", err=True)
        elif each.ignored:
            say(f"{each.name}: sent by a program ({each.ignored}); no complaint, no answer")
        else:
            about = f"decision {each.decision}" if each.decision else "no decision named: a person finds it"
            what = "answer to complaint" if each.is_answer else "complaint"
            known = "" if each.is_new else ", recorded before"
            large = "; too large to attach: only its words are recorded, the file is kept" if each.too_large else ""
            say(f"{each.name}: {what} {each.complaint}{known}; {about}{large}")
    new = sum(each.is_new and not each.is_answer for each in taken)
    say(f"Recorded: {count(new, 'complaint', 'complaints')} of {count(len(taken), 'file', 'files')}")
    if new:
        say(f"Next: evenhand complaints {folder}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("no day", where="--informed", got=text, expected="a date such as 2026-11-02") from None
