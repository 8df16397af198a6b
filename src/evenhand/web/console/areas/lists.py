"""Lists: their versions and age, what changed between two, their entries; fetched now, or taken although shrunk."""

import re
from typing import Final

from starlette.responses import Response

from evenhand.lists import Versions
from evenhand.model.errors import BadInput, EvenhandError, NotFound
from evenhand.render.list_changes import change_rows
from evenhand.render.match_fields import entry_fields
from evenhand.web.console.area import Area, MenuItem, get, post
from evenhand.web.console.visit import Visit
from evenhand.workflows.queries.list_overview import ListShown, kept_versions, list_overview
from evenhand.workflows.queries.sample_lists import is_sample
from evenhand.workflows.uploads.run_starts import AcceptedLosses, accept_losses, permit_start

_PAGE: Final = 50
_SHA256: Final = re.compile("[0-9a-f]{64}")
_OPS: Final = ("amended", "added", "removed")


def lists_page(visit: Visit) -> Response:
    """Show every configured list."""
    lists = list_overview(visit.network, visit.now)
    samples = {each.source.key for each in lists if each.current and is_sample(each.current.version.sha256)}
    return visit.render("lists.html", lists=lists, samples=samples, busy=_busy(visit))


def list_page(visit: Visit) -> Response:
    """Show one list: its versions, what a version lacks that was not taken, and a search of its entries."""
    return _list(visit)


def changes_page(visit: Visit) -> Response:
    """Show what changed between two versions, field by field."""
    one = _one(visit)
    old, new = visit.query("old"), visit.query("new")
    if not (_SHA256.fullmatch(old) and _SHA256.fullmatch(new)):
        raise BadInput("no two versions are named", todo="choose two on the list's page")
    found, captions = visit.console.lists.difference(visit.network, one.source.key, old, new)
    op = visit.query("op") if visit.query("op") in _OPS else ""
    chosen = [each for each in found.changes if op in ("", each.op)]
    skip = visit.number("skip")
    rows = change_rows(chosen[skip : skip + _PAGE], captions)
    return visit.render(
        "list_changes.html", one=one, found=found, rows=rows, total=len(chosen), skip=skip, page=_PAGE, op=op, ops=_OPS
    )  # fmt: skip


def entry_page(visit: Visit) -> Response:
    """Show an entry as its publisher lists it."""
    one = _one(visit)
    read = visit.console.lists.entries(visit.network, one.source.key)
    if read is None:
        raise NotFound("the list has no version yet", got=one.source.key, todo="fetch it")
    entry = read.shown(visit.path("entry"))
    return visit.render("list_entry.html", one=one, entry=entry, fields=list(entry_fields(entry, whole=True)))


def fetch_lists(visit: Visit) -> Response:
    """Fetch one list, or all of them."""
    permit_start(visit.network, visit.acting(), visit.now)
    key = visit.form.text("list")
    if key:
        _known(visit, key)
    job = visit.console.jobs.start("lists update", ("--list", key) if key else (), visit.person, about=key)
    return visit.go(f"/jobs/{job.id}")


def accept_list(visit: Visit) -> Response:
    """Take a version of a list although entries are missing, after the person has seen which."""
    key = _one(visit).source.key
    losses = AcceptedLosses(lists=(key,))
    try:
        accept_losses(
            visit.network, losses, visit.form.text("why"), visit.acting(), visit.now, visit.console.tools()
        )  # fmt: skip
    except BadInput as error:
        return _list(visit, str(error), 400)
    job = visit.console.jobs.start("lists update", ("--list", key, *losses.options), visit.person, about=key)
    return visit.go(f"/jobs/{job.id}")


def _list(visit: Visit, problem: str = "", status: int = 200) -> Response:
    one = _one(visit)
    key, words, skip = one.source.key, visit.query("q"), visit.number("skip")
    kept = kept_versions(visit.network, key)
    refused = Versions(visit.network.lists).not_taken(key)
    found, captions = [], {}
    read = visit.console.lists.entries(visit.network, key) if (words or refused) and one.current else None
    if read is not None:
        found = read.found(words) if words else []
        captions = {id_: entity.caption for id_ in (refused.missing if refused else ())
                    if (entity := read.entries.get(id_)) is not None}  # fmt: skip
    return visit.render(
        "list.html", status, one=one, kept=kept, refused=refused, captions=captions, words_typed=words,
        found=found[skip : skip + _PAGE], total=len(found), skip=skip, page=_PAGE, busy=_busy(visit), problem=problem,
    )  # fmt: skip


def _one(visit: Visit) -> ListShown:
    """Return the list that the path names."""
    key = visit.path("key")
    for each in list_overview(visit.network, visit.now):
        if each.source.key == key:
            return each
    raise NotFound("no such list", got=key, todo="see the page Lists")


def _known(visit: Visit, key: str) -> None:
    if key not in [source.key for source in visit.network.settings.lists]:
        raise NotFound("no such list", got=key, todo="see the page Lists")


def _busy(visit: Visit) -> str:
    """Return the id of the job that writes now, ``""`` where there is none."""
    try:
        busy = visit.console.jobs.busy()
    except EvenhandError:  # a page that reads goes on without it
        return ""
    return busy.id if busy else ""


AREA: Final = Area(
    menu=(MenuItem("Lists", "/lists", "Network"),),
    routes=(
        get("/lists", lists_page), post("/lists/fetch", fetch_lists, "start_run"), get("/lists/{key}", list_page),
        get("/lists/{key}/changes", changes_page), post("/lists/{key}/accept", accept_list, "accept_loss"),
        get("/lists/{key}/entries/{entry:path}", entry_page),
    ),
)  # fmt: skip
