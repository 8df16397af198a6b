"""The rulebook: every rule in words beside its text, its tests, and the releases before it."""

from typing import Final

from starlette.responses import Response

from evenhand.model.errors import NotFound
from evenhand.web.console.area import Area, MenuItem, get
from evenhand.web.console.areas import draft_checks, rulebook_draft
from evenhand.web.console.visit import Visit
from evenhand.workflows.rulebooks.drafts import read_draft_head
from evenhand.workflows.rulebooks.overview import ShownRule, is_released

_VERDICTS: Final = ("refuse", "hold", "limit", "label", "allow")


def rules_page(visit: Visit) -> Response:
    """Show the rules, what their tests say, and what released them."""
    network, readings = visit.network, visit.console.rulebooks
    page, past = readings.page(network, visit.now), readings.past(network)
    chosen = visit.query("verdict")
    counts = [(each, each, sum(rule.verdict == each for rule in page.rules)) for each in _VERDICTS]
    rules = [each for each in page.rules if not chosen or each.verdict == chosen]
    failed = [each for each in page.tests.tests if each.wrong] if page.tests else []
    return visit.render(
        "rules.html", page=page, rules=_sorted(rules, visit.query("sort")), failed=failed, past=past, chosen=chosen,
        counts=[("", "all", len(page.rules)), *counts], is_released=is_released(page, past),
        has_draft=read_draft_head(network) is not None,
    )  # fmt: skip


def rule_page(visit: Visit) -> Response:
    """Show one rule."""
    page, rule_id = visit.console.rulebooks.page(visit.network, visit.now), visit.path("id")
    shown = page.rule(rule_id)
    if shown is None:
        raise NotFound("there is no such rule", got=rule_id, todo="see the page Rules")
    tests = {each.id: each for each in page.tests.tests} if page.tests else {}
    place = page.rules.index(shown)
    return visit.render(
        "rule.html", page=page, rule=shown, tests=[tests[name] for name in shown.tests],
        before=page.rules[place - 1] if place else None,
        after=page.rules[place + 1] if place + 1 < len(page.rules) else None,
    )  # fmt: skip


def _sorted(rules: list[ShownRule], by: str) -> list[ShownRule]:
    """Return the rules in the order that a heading asks for; in that of the text where none does."""
    keys = {
        "verdict": lambda each: _VERDICTS.index(each.verdict) if each.verdict in _VERDICTS else 9,
        "from": lambda each: each.effective_from,
        "title": lambda each: each.words.title.casefold(),
        "tests": lambda each: len(each.tests),
    }
    key = keys.get(by.removeprefix("-"))
    return rules if key is None else sorted(rules, key=key, reverse=by.startswith("-"))


# A draft's pages come first: `draft` is no rule's id there.
AREA: Final = Area(
    menu=(MenuItem("Rulebook", "/rules", "Rules"),),
    routes=(get("/rules", rules_page), *rulebook_draft.ROUTES, *draft_checks.ROUTES, get("/rules/{id}", rule_page)),
)
