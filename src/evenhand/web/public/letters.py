"""A letter checked by its reference: its public record, and the receipt that shows it in the log."""

from typing import Final

from starlette.responses import PlainTextResponse, Response

from evenhand.model.errors import EvenhandError, NotFound
from evenhand.model.statement import StatementEnd, StatementOfReasons
from evenhand.reasons import Corpus, letter, public_record
from evenhand.reasons.lint import lint
from evenhand.web.console.areas.complaint_acts import complaints_now
from evenhand.web.console.visit import Visit
from evenhand.workflows.complaints.complained_decision import decision_named, names_decision
from evenhand.workflows.complaints.statement_end import statement_end
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.operations.receipts import place_of, prove

_LONGEST: Final = 200
_NOTHING: Final = "No public record has this reference. It stands near the end of the letter, and begins with r- or d-."


def letter_page(visit: Visit) -> Response:
    """Show the form, and the public record of the letter that a reference names."""
    reference = visit.query("reference")[:_LONGEST]
    statement = public_statement(visit, reference) if reference else None
    problem = _NOTHING if reference and statement is None else ""
    end = None if statement is None else _end(visit, statement)
    record = None if statement is None else public_record(statement, end)
    heading = "" if statement is None else letter(statement).subject
    return visit.render("public_letter.html", 404 if problem else 200, reference=reference, record=record,
                        heading=heading, problem=problem)  # fmt: skip


def _end(visit: Visit, statement: StatementOfReasons) -> StatementEnd | None:
    """Return what became of the decision: who checks a letter must not take for valid what was taken back."""
    complaints = complaints_now(visit).by_id.values()
    with read_ledger(visit.network.ledger) as ledger:
        return statement_end(visit.network, ledger, complaints, statement, visit.now)


def receipt(visit: Visit) -> Response:
    """Give the receipt of a letter's record, without its content: anybody checks it with `evenhand ledger check`."""
    statement = public_statement(visit, visit.path("reference"))
    if statement is None:
        return PlainTextResponse(f"{_NOTHING}\n", 404)
    ledger = visit.network.ledger
    text = prove(ledger, place_of(ledger, statement.id), disclose=False)
    name = f"{statement.id}.tlog-proof"
    return PlainTextResponse(text, headers={"content-disposition": f'attachment; filename="{name}"'})


def public_statement(visit: Visit, reference: str) -> StatementOfReasons | None:
    """Return the statement that a reference names if it may be public; None where there is none.

    Entries of the log are no reference here: to count through them would show everybody who is restricted.
    """
    if not names_decision(reference):
        return None
    try:
        with read_ledger(visit.network.ledger) as ledger:
            statement = decision_named(ledger, reference).statement
    except NotFound:
        return None
    except EvenhandError:
        raise
    if statement is None or statement.waits_until is not None:
        return None
    return None if lint(statement, "public", Corpus()) else statement
