"""The routes of the pages for everybody."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from evenhand.web.console.endpoints import endpoint
from evenhand.web.console.visit import Visit
from evenhand.web.public.complaint_form import Arrivals, file_by_form, form_page
from evenhand.web.public.letters import letter_page, receipt
from evenhand.web.public.log_files import log_file, pointers
from evenhand.web.public.progress import progress, progress_page


def start_page(visit: Visit) -> Response:
    """Show what anybody can do here."""
    return visit.render("public_start.html")


def public_routes() -> list[BaseRoute]:
    """Return every route; the complaints of one process are counted together."""
    arrivals = Arrivals()
    return [
        Route("/public", endpoint(start_page), methods=["GET"]),
        Route("/public/complaint", endpoint(form_page), methods=["GET"]),
        Route("/public/complaint", endpoint(lambda visit: file_by_form(visit, arrivals)), methods=["POST"]),
        Route("/public/progress", endpoint(progress_page), methods=["GET"]),
        Route("/public/progress", endpoint(progress), methods=["POST"]),
        Route("/public/letter", endpoint(letter_page), methods=["GET"]),
        Route("/public/letter/{reference}/receipt", endpoint(receipt), methods=["GET"]),
        Route("/public/log/{name:path}", endpoint(log_file), methods=["GET"]),
        Route("/.well-known/evenhand.json", endpoint(pointers), methods=["GET"]),
    ]
