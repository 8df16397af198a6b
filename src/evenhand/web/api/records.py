"""Why something was decided, what waits, which lists are in force: reading for programs."""

from typing import Any, Final

import msgspec

from evenhand.lists import Versions
from evenhand.model.complaint import Complaint
from evenhand.model.errors import NotFound
from evenhand.model.listing import ListVersion
from evenhand.model.run import Explained
from evenhand.model.statement import StatementOfReasons
from evenhand.model.task import Task
from evenhand.web.api.operations import CURSOR, LIMIT, Call, Operation, Parameter, cursor_of
from evenhand.web.api.problems import ApiError
from evenhand.workflows.complaint_records.complaint_store import read_complaints
from evenhand.workflows.complaints.complained_decision import decision_with_letter
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries import explain
from evenhand.workflows.review.task_board import filter_tasks

_MOST: Final = 500
_KIND: Final = Parameter(
    "kind", {"type": "string", "enum": ["match", "hold", "release", "complaint", "finding", "claim", "source", "list",
                                        "drift", "statement"]}, "Tasks of one kind only.",
)  # fmt: skip
_PARTY_ID: Final = Parameter("id", {"type": "string", "minLength": 1, "maxLength": 200}, "Its id in the tables.",
                             is_required=True)  # fmt: skip
_PARTY: Final = Parameter("party", {"type": "string", "maxLength": 200}, "Those about one party, by its id.")


class TaskPage(msgspec.Struct, kw_only=True):
    """Tasks that wait for a person, most urgent first; `next` is the cursor of the page after, None at the end."""

    tasks: list[Task]
    next: str | None


class ComplaintPage(msgspec.Struct, kw_only=True):
    """Complaints by id; `next` is the cursor of the page after, None at the end."""

    complaints: list[Complaint]
    next: str | None


class ListsInForce(msgspec.Struct, kw_only=True):
    """The version of each list that is in force; None where a list has none."""

    lists: dict[str, ListVersion | None]


def party_by_id(call: Call) -> Explained:
    """Return the same by an id in the query: `.`, `..` and empty parts of a path do not arrive as they were sent."""
    return _party(call, call.query["id"])


def party(call: Call) -> Explained:
    """Return the whole case of an advertiser or payer: what `evenhand explain --json` gives of the record."""
    return _party(call, call.path["id"])


def _party(call: Call, id_: str) -> Explained:
    kind = call.path["kind"]
    if kind not in ("advertiser", "payer"):
        raise ApiError(404, "a party is an `advertiser` or a `payer`")
    call.console.read_log.add(call.key.person, "api: party", f"{kind}:{id_}", call.now)
    return explain(call.network, f"{kind}:{id_}", call.now)


def statement(call: Call) -> StatementOfReasons:
    """Return the statement of reasons of a decision, as the ledger has it."""
    with read_ledger(call.network.ledger) as ledger:
        found = decision_with_letter(ledger, call.path["id"])
    if found is None or found.statement is None:
        raise NotFound("no statement of reasons for", got=call.path["id"], expected="a decision other than allow")
    return found.statement


def tasks(call: Call) -> TaskPage:
    """Return a page of tasks."""
    waiting = [each for each in call.console.board().unanswered if each.state != "snoozed"]
    kind: Any = call.query.get("kind")
    chosen = filter_tasks(waiting, kind=kind, party=call.query.get("party", ""))
    start, limit = cursor_of(call), call.number("limit", 50, _MOST)
    after = str(start + limit) if start + limit < len(chosen) else None
    return TaskPage(tasks=chosen[start : start + limit], next=after)


def task(call: Call) -> Task:
    """Return one task as it stands."""
    return call.console.board().find(call.path["id"])


def complaints(call: Call) -> ComplaintPage:
    """Return a page of complaints."""
    with read_ledger(call.network.ledger) as ledger:
        known = sorted(read_complaints(ledger).by_id.items())
    start, limit = cursor_of(call), call.number("limit", 50, _MOST)
    after = str(start + limit) if start + limit < len(known) else None
    return ComplaintPage(complaints=[each for _, each in known[start : start + limit]], next=after)


def complaint(call: Call) -> Complaint:
    """Return one complaint."""
    with read_ledger(call.network.ledger) as ledger:
        return read_complaints(ledger).get(call.path["id"])


def lists(call: Call) -> ListsInForce:
    """Return which version of each list is in force."""
    kept = Versions(call.network.lists)
    return ListsInForce(lists={each.key: kept.current(each.key) for each in call.network.settings.lists})


_ID: Final = {"id": "Its id."}
OPERATIONS: Final = (
    Operation("GET", "/decisions/{id}/statement", "read", "Its statement of reasons", StatementOfReasons, statement,
              path_about=_ID),
    Operation("GET", "/parties/{kind}/{id:path}", "read", "The whole case of an advertiser or payer", Explained, party,
              path_about={"kind": "advertiser or payer", "id": "Its id in the tables, a slash in it as %2F."}),
    Operation("GET", "/parties/{kind}", "read", "The same, by an id that a path cannot carry", Explained, party_by_id,
              parameters=(_PARTY_ID,), path_about={"kind": "advertiser or payer"}),
    Operation("GET", "/tasks", "read", "What waits for a person", TaskPage, tasks,
              parameters=(LIMIT, CURSOR, _KIND, _PARTY)),
    Operation("GET", "/tasks/{id}", "read", "One task", Task, task, path_about=_ID),
    Operation("GET", "/complaints", "read", "Complaints", ComplaintPage, complaints, parameters=(LIMIT, CURSOR)),
    Operation("GET", "/complaints/{id}", "read", "One complaint", Complaint, complaint, path_about=_ID),
    Operation("GET", "/lists", "read", "Which version of each list is in force", ListsInForce, lists),
)  # fmt: skip
