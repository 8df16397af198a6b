"""Find anything: as a page, and as the list below the field while one types."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from evenhand.web.console.area import Area, get
from evenhand.web.console.areas.complaint_acts import complaints_now
from evenhand.web.console.party_paths import party_path
from evenhand.web.console.visit import Visit
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries.finder import Finder, Found

_MOST, _MOST_TYPING = 50, 10
_WORDS: Final = {
    "party": "Party", "task": "Task", "decision": "Decision", "complaint": "Complaint", "entry": "List entry",
    "rule": "Rule", "community": "Community", "page": "Page",
}  # fmt: skip


def find_page(visit: Visit) -> Response:
    """Show what the text of the field may mean; a script that asks gets the first ten."""
    text, most = visit.query("q"), _MOST_TYPING if visit.wants_fragment else _MOST
    rows = [*_pages(visit, text), *_found(visit, text, most)][:most]
    if visit.wants_fragment:
        return visit.fragment("find_list.html", rows=rows)
    return visit.render("find.html", rows=rows, text=text, most=_MOST)


def _found(visit: Visit, text: str, most: int) -> list[tuple[str, str, str, str]]:
    console = visit.console
    run = console.run()
    finder = console.kept("finder", run, lambda: Finder(run))
    with read_ledger(visit.network.ledger) as ledger:
        found = finder.find(text, console.board(), complaints_now(visit).by_id, ledger, most)
    ways = ((each, _path(visit, each)) for each in found)
    return [(_WORDS[each.kind], each.name or each.id, each.more, path) for each, path in ways if path]


def _path(visit: Visit, found: Found) -> str:
    """Return where to see what was found: its own page, else the tasks about it; ``""`` where there is neither."""
    name, within = quote(found.id, safe=""), quote(found.within, safe="")
    match found.kind:
        case "task":
            ways = [f"/tasks/{name}"]
        case "party":
            ways = [party_path(found.within, found.id), f"/tasks?party={name}"]
        case "decision":
            kind, _, party = found.within.partition(":")
            ways = [f"/decisions/{name}", party_path(kind, party)]
        case "complaint":
            ways = [f"/complaints/{name}"]
        case "entry":
            ways = [f"/lists/{within}/entries/{name}", f"/tasks/not-same?entry={within}%23{name}"]
        case "rule":
            ways = [f"/rules/{name}"]
        case "community":
            ways = [f"/influence/{name}", f"/tasks/{found.task}" if found.task else ""]
    return next((each for each in ways if each and visit.can_open(each.partition("?")[0].partition("#")[0])), "")


def _pages(visit: Visit, text: str) -> list[tuple[str, str, str, str]]:
    """Return the pages of the menu that bear a text."""
    wanted = text.casefold()
    items = [item for area in visit.request.app.state.areas for item in area.menu]
    return [(_WORDS["page"], each.label, "", each.path) for each in items if wanted and wanted in each.label.casefold()]


AREA: Final = Area(menu=(), routes=(get("/find", find_page),))
