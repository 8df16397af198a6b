"""Advertisers and payers: the decisions about them in a list."""

from typing import Final

from starlette.responses import Response

from evenhand.model.decision_list import DecisionQuery
from evenhand.model.outcome import Outcome
from evenhand.render.wording import outcome_word
from evenhand.web.console.area import Area, MenuItem, get
from evenhand.web.console.areas import case
from evenhand.web.console.filters import with_all
from evenhand.web.console.live import file_stamp
from evenhand.web.console.visit import Visit
from evenhand.workflows.delivery.decision_tables import CSV
from evenhand.workflows.queries.decision_grounds import laws_of
from evenhand.workflows.queries.decision_pages import DecisionTable

_PAGE: Final = 50
_SCOPES: Final = {"advertiser": "advertisers", "payer": "payers", "campaign": "campaigns"}


def parties_page(visit: Visit) -> Response:
    """Show the decisions in force, strictest first, as far as they are asked for."""
    query = DecisionQuery(
        text=visit.query("q"), outcome=visit.query("outcome"), scope=visit.query("scope"), rule=visit.query("rule"),
        list=visit.query("list"), sort=visit.query("sort"), skip=visit.number("skip"),
    )  # fmt: skip
    page = _table(visit).page(query, _PAGE)
    with visit.console.reading() as ledger:
        laws = laws_of(ledger, page.rows)
    visit.log_read("list of decisions", ", ".join(dict.fromkeys(each.party_id for each in page.rows)))
    outcomes = [(each.value, outcome_word(each), page.outcomes.get(each.value, 0)) for each in Outcome]
    scopes = [(key, word, page.scopes.get(key, 0)) for key, word in _SCOPES.items()]
    return visit.render(
        "parties.html", query=query, page=page, laws=laws, size=_PAGE, outcomes=with_all(outcomes),
        scopes=with_all(scopes), lists=with_all([(key, key, number) for key, number in page.lists.items()]),
        rules=with_all([(key, key, number) for key, number in page.rules.items()]),
    )  # fmt: skip


def _table(visit: Visit) -> DecisionTable:
    """Return the table of decisions, loaded once a run."""
    network = visit.network
    stamp = network.folder, file_stamp(network.out / CSV)
    return visit.console.kept("decisions", stamp, lambda: DecisionTable(network))


AREA: Final = Area(
    menu=(MenuItem("Parties", "/parties", "Work"),),
    routes=(
        get("/parties", parties_page),
        get("/parties/{kind}", case.case_page), get("/parties/{kind}/{id:path}", case.case_page),
        get("/like-cases/{kind}", case.like_cases_page), get("/like-cases/{kind}/{id:path}", case.like_cases_page),
        get("/decisions/{decision}", case.decision_page),
        get("/decisions/{decision}/receipt", case.receipt_file), get("/decisions/{decision}/letter", case.letter_page),
    ),
)  # fmt: skip
