"""Every part that pages are made of, shown once: for who writes a page, and for tests of colours and widths."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from evenhand.model.outcome import Outcome
from evenhand.web.console.area import Area, get
from evenhand.web.console.visit import Visit


def components_page(visit: Visit) -> Response:
    """Show the parts."""
    ages = [visit.now - timedelta(days=number * 9) for number in range(4)]
    return visit.render("components.html", outcomes=list(Outcome), ages=ages)


AREA: Final = Area(menu=(), routes=(get("/components", components_page),))
