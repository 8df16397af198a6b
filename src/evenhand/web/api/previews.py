"""Previews and flyouts of the reconciliation service: what a candidate is, beside the cell that asks for it."""

from typing import Final

from markupsafe import Markup
from starlette.responses import Response

from evenhand.model.matches import EntryShown
from evenhand.render.match_fields import entry_fields, list_line
from evenhand.web.console.templates import render_template

WIDTH, HEIGHT = 430, 320
"""The size of the frame in pixels that a program shows a preview in."""

_MOST_FIELDS: Final = 4
_NOT_FLOWN: Final = frozenset({"Names", "Remarks", "List", "Page"})
# A frame may show this page where it is told so, and nothing in it runs, sends or loads but our style sheet.
_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {origins}"


def preview_page(entry: EntryShown | None, origins: tuple[str, ...]) -> Response:
    """Return the page of an entry, or one that says there is none; pages of `origins` may show it in a frame."""
    fields = () if entry is None else _besides_name(entry)
    page = render_template("preview.html", entry=entry, fields=fields)
    policy = _POLICY.format(origins=" ".join(origins) or "'none'")
    headers = {"content-security-policy": policy}
    return Response(page, 404 if entry is None else 200, media_type="text/html", headers=headers)


def _besides_name(entry: EntryShown) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what an entry says, without the name that stands above it."""
    fields = entry_fields(entry, whole=True)
    return tuple((label, values) for label, values in fields if (label, values) != ("Names", (entry.caption,)))


def flyout(id_: str, name: str, lines: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the few lines that a program shows beside a suggestion; it puts them into its page, so all is escaped.

    >>> flyout("Company", "Company <b>")["html"]
    '<p><strong>Company &lt;b&gt;</strong></p>'
    """
    html = Markup("<p><strong>{}</strong></p>").format(name)
    for line in lines:
        html += Markup("<p>{}</p>").format(line)
    return {"id": id_, "html": str(html)}


def entry_flyout(id_: str, entry: EntryShown) -> dict[str, str]:
    """Return the flyout of a listed entry: its first fields, and the list that has it."""
    fields = [(label, values) for label, values in entry_fields(entry) if label not in _NOT_FLOWN][:_MOST_FIELDS]
    return flyout(
        id_, entry.caption, (*(f"{label}: {', '.join(values)}" for label, values in fields), list_line(entry))
    )
