"""The draft of the rulebook: edited by several people, checked as they type, never the rules in force."""

from typing import Final

from starlette.responses import Response

from evenhand.model.errors import BadInput, NotFound, StateRefused
from evenhand.web.console.area import get, post
from evenhand.web.console.visit import Visit
from evenhand.workflows.rulebooks.drafts import (
    begin_draft,
    changed_mapping,
    changed_rules,
    draft_files,
    drop_draft,
    formatted_text,
    known_draft,
    marks_of,
    may_edit,
    read_draft_file,
    read_draft_head,
    save_draft_file,
)

PATH: Final = "/rules/draft"


def draft_page(visit: Visit) -> Response:
    """Show the draft, or how to begin one."""
    if read_draft_head(visit.network) is None:
        reason = may_edit(visit.network, visit.acting(), visit.now)
        return visit.render("draft_none.html", reason=reason)
    return _page(visit, _chosen(visit, visit.query("file")))


def begin(visit: Visit) -> Response:
    """Begin a draft as a copy of the rulebook in force."""
    begin_draft(visit.network, visit.acting(), visit.now)
    return visit.go(PATH, "Nothing changes for anybody until the draft is released")


def save(visit: Visit) -> Response:
    """Save a file of the draft; or show it laid out, or with what is wrong about it."""
    name, text, version = _sent(visit)
    try:
        match visit.form.text("do"):
            case "format":
                return _page(visit, name, formatted_text(visit.network, name, text), "Laid out; not saved yet")
            case "check":
                return _page(visit, name, text, "Checked; not saved yet")
            case _:
                save_draft_file(visit.network, name, text, version, visit.acting(), visit.now)
    except StateRefused as error:
        return _page(visit, name, text, problem=str(error), status=409)
    except BadInput as error:
        if isinstance(error, NotFound):
            raise
        return _page(visit, name, text, problem=str(error), status=400)
    visit.console.draft_runner.start(visit.network, visit.now)
    return visit.go(_link(name), "The draft is saved, and its checks have begun: see Checks and release")


def lint(visit: Visit) -> Response:
    """Show what is wrong or doubtful about a text that somebody types."""
    name, text, _ = _sent(visit)
    return visit.fragment("draft_marks.html", marks=marks_of(visit.network, name, text), file=name)


def drop(visit: Visit) -> Response:
    """Drop the draft."""
    drop_draft(visit.network, visit.acting(), visit.now)
    visit.console.draft_runner.stop()
    return visit.go(PATH, "The draft is dropped. The rulebook in force is as it was")


def _sent(visit: Visit) -> tuple[str, str, int]:
    """Return the file's name, its text with the line ends of our files, and the version that was opened."""
    text, version = next(iter(visit.form.all("text")), ""), visit.form.text("version")
    return visit.form.text("file"), text, int(version) if version.isascii() and version.isdecimal() else 0


def _chosen(visit: Visit, name: str) -> str:
    files = draft_files(visit.network)
    if not files:
        raise NotFound("the draft has no file of rules", todo="drop it and begin another")
    return name or files[0]


def _link(name: str) -> str:
    return f"{PATH}?file={name}"


def _page(
    visit: Visit, name: str, typed: str | None = None, note: str = "", *, problem: str = "", status: int = 200
) -> Response:
    network, head = visit.network, known_draft(visit.network)
    saved = read_draft_file(network, name)
    text = saved if typed is None else typed
    stamp = (head.begun_at, head.version, name)
    try:
        if text == saved:
            marks = visit.console.kept("draft marks", stamp, lambda: marks_of(network, name, saved))
        else:
            marks = marks_of(network, name, text)
    except BadInput as error:
        marks, problem = (), problem or str(error)
    changed = visit.console.kept("draft changes", stamp, lambda: (changed_rules(network), changed_mapping(network)))
    return visit.render(
        "draft.html", status, head=head, files=draft_files(network), file=name, text=text, saved=saved, problem=problem,
        told=note, marks=marks, changed=changed[0], mapping=changed[1],
        reason=may_edit(network, visit.acting(), visit.now), is_cedar=name.endswith(".cedar"),
    )  # fmt: skip


ROUTES: Final = (
    get(PATH, draft_page), post(f"{PATH}/begin", begin, "approve_release"), post(PATH, save, "approve_release"),
    post(f"{PATH}/lint", lint, "approve_release"),
    post(f"{PATH}/drop", drop, "approve_release"),
)  # fmt: skip
