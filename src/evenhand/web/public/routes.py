"""The routes of the pages for everybody."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from evenhand.web.console.endpoints import endpoint
from evenhand.web.console.visit import Page, Visit
from evenhand.web.public.complaint_form import Arrivals, file_by_form, form_page
from evenhand.web.public.faults import without_details
from evenhand.web.public.letters import letter_page, receipt
from evenhand.web.public.log_files import log_file, pointers
from evenhand.web.public.progress import progress, progress_page


def start_page(visit: Visit) -> Response:
    """Show what anybody can do here."""
    return visit.render("public_start.html")


def public_routes() -> list[BaseRoute]:
    """Return every route; the complaints of one process are counted together."""
    arrivals = Arrivals()

    def page(of: Page) -> Callable[[Request], Any]:
        return endpoint(without_details(of))

    return [
        Route("/public", page(start_page), methods=["GET"]),
        Route("/public/complaint", page(form_page), methods=["GET"]),
        Route("/public/complaint", page(lambda visit: file_by_form(visit, arrivals)), methods=["POST"]),
        Route("/public/progress", page(progress_page), methods=["GET"]),
        Route("/public/progress", page(progress), methods=["POST"]),
        Route("/public/letter", page(letter_page), methods=["GET"]),
        Route("/public/letter/{reference}/receipt", page(receipt), methods=["GET"]),
        Route("/public/log/{name:path}", page(log_file), methods=["GET"]),
        Route("/.well-known/evenhand.json", page(pointers), methods=["GET"]),
    ]
