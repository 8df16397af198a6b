"""`evenhand reasons`: the letters and payloads that a run wrote, records told in a form, statements sent."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from evenhand.cli.commands import reasons_export, reasons_numbers, reasons_send
from evenhand.cli.common import AsJson, Folder, console, instant, print_json
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.output_streams import write_data
from evenhand.model.statement import Lifting, StatementEnd, StatementOfReasons
from evenhand.model.visible_text import json_visible

if TYPE_CHECKING:
    from evenhand.store.network import Network

_AGAIN = "`evenhand run` writes it again"
FORMS = ("notice", "public", "tdb", "record")


def add_to(app: typer.Typer) -> None:
    """Add the group `reasons` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("show")(show)
    group.command("export")(reasons_export.export)
    group.command("lint")(reasons_export.lint)
    group.command("numbers")(reasons_numbers.numbers)
    group.command("send")(reasons_send.send)
    group.callback()(lambda: None)
    app.add_typer(group, name="reasons", help="What is told to the advertiser, the public and the regulator.")


def show(
    folder: Folder,
    about: Annotated[str, typer.Argument(metavar="DECISION|ADVERTISER", help="Id of a decision or a party.")],
    form: Annotated[str, typer.Option(help="notice, public, tdb (EU Transparency Database) or record.")] = "notice",
    as_json: AsJson = False,
) -> None:
    """Show the statements of reasons of a decision, or of all decisions about a party, waiting ones last.

    Of what is not fit for the public or the database the reasons are shown instead, and the status is 1.
    """
    from evenhand.store.network import read_network

    if form not in FORMS:
        raise BadInput("unknown form", where="--form", got=form, expected=", ".join(FORMS))
    network = read_network(folder)
    bodies = [_body(network, each, form) for each in _letters(network, about)]
    if not bodies:
        raise NotFound(
            "no statement of reasons for",
            where=network.out,
            got=about,
            expected="the id of a decision other than allow, or of an advertiser or payer with one",
        )
    if as_json:
        print_json({"statements": bodies})
    else:
        for each in bodies:
            if isinstance(each, str):
                _print(each)
            else:
                write_data(_json(each))
    if any(isinstance(each, dict) and each.get("ok") is False for each in bodies):
        raise typer.Exit(1)


def _json(body: object) -> bytes:
    return msgspec.json.format(json_visible(msgspec.json.encode(body))) + b"\n"


def _print(text: str) -> None:
    """Print a text: words are kept whole on a terminal, lines are kept as they are in a pipe."""
    from evenhand.reasons.language import recorded

    out = console()
    for line in text.split("\n"):
        out.print(recorded(line), markup=False, soft_wrap=not out.is_terminal)


def _letters(network: "Network", about: str) -> list[str]:
    """Return the ids of the letters asked for: a decision's own, or a party's in force and waiting."""
    from evenhand.workflows.delivery.notices import lifting_id
    from evenhand.workflows.delivery.reason_ids import reason_id
    from evenhand.workflows.queries import explain

    folder = network.out / "reasons"
    if about.startswith("d-"):
        return [each for each in (reason_id(about), lifting_id(about)) if _is_there(folder, each)]
    explained = explain(network, about, instant(None))
    known = [(case.statement, lifting_id(case.decision.id)) for case in (*explained.in_force, *explained.waiting)]
    return [statement or lifting for statement, lifting in known if statement or _is_there(folder, lifting)]


def _is_there(folder: Path, letter_id: str) -> bool:
    from evenhand.workflows.delivery.letter_files import WAITING

    return any((folder / f"{letter_id}{ending}").exists() for ending in (".json", WAITING))


def _body(network: "Network", letter_id: str, form: str) -> object:
    """Return a letter or record in a form; of a letter that waits, its record or that it waits."""
    from evenhand.workflows.delivery.letter_files import WAITING

    folder = network.out / "reasons"
    if letter_id.startswith("l-"):
        lifting = _read(folder / f"{letter_id}.json", Lifting)
        return _lifting_text(lifting) if form == "notice" else lifting
    waiting = folder / f"{letter_id}{WAITING}"
    if (folder / f"{letter_id}.json").exists() or not waiting.exists():
        return _told(network, _read(folder / f"{letter_id}.json", StatementOfReasons), form)
    statement = _read(waiting, StatementOfReasons)
    if form == "record":
        return statement
    until = f"{statement.waits_until:%d %B %Y}".removeprefix("0") if statement.waits_until else "it is reviewed"
    return (
        f"{letter_id} waits for review until {until}: nobody has confirmed the match, and no campaign has stopped. "
        f"It is not exported or sent before; --form record shows what is recorded."
    )


_Letter = TypeVar("_Letter", StatementOfReasons, Lifting)


def _read(path: Path, kind: type[_Letter]) -> _Letter:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotFound("is missing or damaged", where=path, todo=f"delete it if it is there; {_AGAIN}") from error


def _lifting_text(lifting: Lifting) -> str:
    from evenhand.reasons.letter import lifting_letter

    return lifting_letter(lifting)


def _told(network: "Network", statement: StatementOfReasons, form: str) -> object:
    from evenhand.reasons import Corpus, letter, public_record
    from evenhand.reasons.exports import export

    match form:
        case "notice":
            return letter(statement, statement.language).text
        case "public":
            line = export(statement, form, Corpus())
            return public_record(statement, _end(network, statement)) if line["ok"] else line
        case "tdb":
            return export(statement, "tdb", Corpus())
        case _:
            return statement


def _end(network: "Network", statement: StatementOfReasons) -> StatementEnd | None:
    from evenhand.workflows.complaint_records.complaint_store import read_complaints
    from evenhand.workflows.complaints.statement_end import statement_end
    from evenhand.workflows.operations.ledgers import read_ledger

    with read_ledger(network.ledger) as ledger:
        complaints = read_complaints(ledger).by_id.values()
        return statement_end(network, ledger, complaints, statement, instant(None))
