"""A fault of ours on a page for everybody: try again or write to us, and nothing of what broke."""

import sys

from starlette.responses import Response

from evenhand.model.errors import EvenhandError, NotFound, StateRefused
from evenhand.model.visible_text import visible
from evenhand.web.console.visit import Page, Visit
from evenhand.web.public.form_words import PageLanguage, page_language


def without_details(page: Page) -> Page:
    """Return a page that says of a fault what its visitor can do; what was asked for wrongly it says as ever."""

    def answered(visit: Visit) -> Response:
        try:
            return page(visit)
        except (NotFound, StateRefused):
            raise
        except EvenhandError as error:
            language = page_language(visit, lambda: "")
            message = fault_sentence(visit, language, error)
            return visit.render("public_fault.html", 503, message=message, language=language)

    return answered


def fault_sentence(visit: Visit, language: PageLanguage, error: EvenhandError) -> str:
    """Return what a visitor is told of a fault, whose details go to standard error."""
    sys.stderr.write(f"evenhand: {visit.request.url.path}: {visible(str(error))}\n")
    return language.words.problem["fault"].format(policy=visit.network.settings.reasons.policy_url)
