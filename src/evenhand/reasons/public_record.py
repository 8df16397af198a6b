"""The public record of a decision: an allow-list, no personal data (law *Silence on the public side*)."""

import re
from functools import cache
from typing import Any

from evenhand.model.statement import StatementEnd, StatementOfReasons
from evenhand.model.visible_text import on_one_line
from evenhand.reasons.language import ISOLATE, ISOLATE_END, recorded, words_of
from evenhand.reasons.personal_data import personal_data
from evenhand.reasons.receipt import public_receipt

_SUM = f"{ISOLATE}?[0-9][^A-Z]{{0,40}}[A-Z]{{3}}{ISOLATE_END}?"
_PRIVATE = "a private advertiser"


def public_record(statement: StatementOfReasons, end: StatementEnd | None = None) -> dict[str, Any]:
    """Return what everybody may read of a decision; what is not named here stays inside.

    A private advertiser has no name in it, nor has a business that bears the name of a person of the case. Facts and
    explanation are the public ones. Whether these are free of personal data is the lint's business: a statement
    with a code of `lint(statement, "public", …)` is not published. Once the statement is in the
    log, `receipt` says where. `end` is what became of the decision; where that is known, `no_longer_in_force` and
    `on_complaint` say it: the statement itself is never altered.

    Source: `reasons.md` §6: Art. 17(3)(a)-(e), not (f).
    """
    ground = statement.ground
    explanation = recorded(ground.explanation if ground.explanation_public is None else ground.explanation_public)
    scope = statement.scope
    return {
        "id": statement.id,
        "decision": statement.decision,
        "advertiser": _advertiser(statement),
        "kind": statement.kind,
        "scope": scope if isinstance(scope, str) else list(scope),
        "starts_on": statement.starts_on.isoformat(),
        **_stages(statement),
        "ends_on": statement.ends_on.isoformat() if statement.ends_on else None,
        **_besides(statement),
        "decided_on": statement.dates.decided.isoformat(),
        "facts": public_facts(statement),
        "ground": {
            "type": ground.type,
            "reference": on_one_line(ground.reference),
            "url": None if ground.url is None else on_one_line(ground.url),
            "explanation": explanation,
        },
        "source": statement.source.type,
        "automation": {"detection": statement.automation.detection, "decision": statement.automation.decision},
        "category": statement.category,
        **({"receipt": public_receipt(statement.entry)} if statement.entry is not None else {}),
        **({} if end is None else _end(end)),
    }


def _end(end: StatementEnd) -> dict[str, Any]:
    """Return since when a decision is not in force and what was decided on a complaint, nothing where neither is."""
    found: dict[str, Any] = {}
    if end.on is not None:
        found["no_longer_in_force"] = {"since": end.on.isoformat(), "why": end.how}
    if end.complaint_on is not None:
        found["on_complaint"] = {"outcome": end.complaint, "on": end.complaint_on.isoformat()}
    return found


def _stages(statement: StatementOfReasons) -> dict[str, Any]:
    """Return what holds before the restriction does, nothing where nothing does."""
    stages = [{"kind": each.kind, "starts_on": each.starts_on.isoformat()} for each in statement.stages or ()]
    return {"stages": stages} if stages else {}


def _besides(statement: StatementOfReasons) -> dict[str, Any]:
    """Return what milder kind holds beside the restriction, nothing where none does."""
    found = [
        {"kind": each.kind, "ends_on": each.ends_on.isoformat() if each.ends_on else None}
        for each in statement.besides or ()
    ]
    return {"besides": found} if found else {}


def public_facts(statement: StatementOfReasons) -> str:
    """Return the facts that everybody may read: without the balance and what is unspent, which older records have."""
    text = statement.facts if statement.facts_public is None else statement.facts_public
    return recorded(_sums(statement.worded_in or statement.language).sub("", text).strip())


@cache
def _sums(language: str) -> re.Pattern[str]:
    consequences = words_of(language).consequences
    sentences = (re.escape(consequences[name]) for name in ("unspent", "refund", "hold", "freeze"))
    return re.compile("|".join(f" ?{each.replace(re.escape('{sum}'), _SUM)}" for each in sentences))


def _advertiser(statement: StatementOfReasons) -> str:
    name = statement.advertiser.name
    is_person = statement.advertiser.type != "business" or "person" in personal_data(name, statement.persons)
    return _PRIVATE if is_person else on_one_line(name)
