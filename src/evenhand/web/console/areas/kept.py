"""A form that came in after its session had ended, shown again to its person alone; it is never sent by itself."""

from typing import Final

from starlette.responses import Response

from evenhand.model.console import KeptForm
from evenhand.web.console.area import Area, get, post
from evenhand.web.console.form_filling import typed_fields
from evenhand.web.console.forms_again import kept_form_page
from evenhand.web.console.guard import KEPT
from evenhand.web.console.visit import Visit


def kept_page(visit: Visit) -> Response:
    """Show the newest kept form, or the one that is asked for; who has none goes on to today."""
    kept = visit.console.kept_forms.of(visit.person, visit.now)
    if not kept:
        return visit.go("/")
    wanted = visit.query("form")
    form = next((each for each in kept if each.id == wanted), kept[0])
    page = kept_form_page(visit, form.path, form.page, form.fields, _line(form))
    return page or visit.render("kept.html", form=form, fields=typed_fields(form.fields))


def throw_away(visit: Visit) -> Response:
    """Throw a kept form away."""
    visit.console.kept_forms.forget(visit.person, form_id=visit.form.text("form"))
    return visit.go("/", "What you had typed was thrown away")


def _line(form: KeptForm) -> str:
    files = f" Choose {'the file' if form.files == 1 else 'the files'} again." if form.files else ""
    return (
        "You were not logged in any more when you sent this form, so nothing was recorded. What you typed is filled in"
        f" below: look at it, and send it.{files}"
    )


AREA: Final = Area(menu=(), routes=(get(KEPT, kept_page), post(f"{KEPT}/discard", throw_away)))
