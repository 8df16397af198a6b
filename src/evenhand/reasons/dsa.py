"""The statement as the EU Transparency Database takes it (DSA Art. 24(5))."""

from typing import Any

from evenhand.model.dsa_codes import places_in_eea
from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.statement import DecisionGround, StatementOfReasons
from evenhand.model.visible_text import on_one_line
from evenhand.reasons.dsa_rules import ILLEGAL, INCOMPATIBLE, VOLUNTARY, body_errors, sent_body
from evenhand.reasons.kinds import RESTRICTIONS
from evenhand.reasons.language import recorded
from evenhand.reasons.public_record import public_facts

_AUTOMATED = {"none": "NOT_AUTOMATED", "partial": "PARTIALLY", "full": "FULLY"}
_SOURCES = {"own": VOLUNTARY, "article-16": "SOURCE_ARTICLE_16", "trusted-flagger": "SOURCE_TRUSTED_FLAGGER"}
_OTHER_SOURCE = "SOURCE_TYPE_OTHER_NOTIFICATION"
_ORDER_REFUSED = "Advertising order not accepted"
_EVERYWHERE = "The restriction applies everywhere."


def to_dsa(statement: StatementOfReasons) -> dict[str, Any]:
    """Return the body of `POST /api/v1/statement`, only with what the database keeps.

    Facts and explanation are the public ones. Personal data is the lint's business: a statement with a code of
    `lint(statement, "tdb", …)` is not published.

    Raises:
        RecordIncomplete: the database would refuse it; `errors` names every attribute. A decision that applied
            before 2020 cannot be sent to it (`application_date`).

    Source: `reasons.md` §3 and §4.
    """
    payload = {
        "puid": statement.id,
        **_restriction(statement),
        "account_type": f"ACCOUNT_TYPE_{statement.advertiser.type.upper()}",
        **_ground(statement.ground),
        "content_type": list(statement.content.types),
        "content_type_other": _text(statement.content.other),
        "content_language": statement.content.language,
        "category": statement.category,
        "category_addition": list(statement.category_addition),
        "category_specification": list(statement.keywords),
        "content_date": statement.dates.object.isoformat() if statement.dates.object else None,
        "application_date": statement.starts_on.isoformat(),
        "decision_facts": _facts(statement),
        "source_type": _SOURCES.get(statement.source.type, _OTHER_SOURCE),
        "source_identity": _text(statement.source.identity),
        "automated_detection": statement.automation.detection.capitalize(),
        "automated_decision": f"AUTOMATED_DECISION_{_AUTOMATED[statement.automation.decision]}",
    }
    scope, nowhere = _scope(statement.scope)
    payload["territorial_scope"] = scope
    body = sent_body(payload)
    errors = tuple(sorted((*body_errors(body), *nowhere)))
    if errors:
        raise RecordIncomplete("cannot be sent to the EU database:", where=statement.id, errors=errors)
    return body


def _text(text: str | None) -> str | None:
    return None if text is None else on_one_line(text)


def _restriction(statement: StatementOfReasons) -> dict[str, Any]:
    found: dict[str, Any] = {"decision_visibility_other": _ORDER_REFUSED}
    for each in statement.restrictions:
        form = RESTRICTIONS.get(each.kind)
        if form is None:
            return {}
        code = form.code_with_end if each.ends_on else form.code
        found[form.attribute] = [code] if form.attribute == "decision_visibility" else code
        found[form.end_attribute] = each.ends_on.isoformat() if each.ends_on else None
    return found


def _ground(ground: DecisionGround) -> dict[str, Any]:
    explanation = recorded(ground.explanation if ground.explanation_public is None else ground.explanation_public)
    if ground.type == "law":
        attributes = {
            "decision_ground": ILLEGAL,
            "illegal_content_legal_ground": on_one_line(ground.reference),
            "illegal_content_explanation": explanation,
        }
    else:
        attributes = {
            "decision_ground": INCOMPATIBLE,
            "incompatible_content_ground": on_one_line(ground.reference),
            "incompatible_content_explanation": explanation,
        }
    illegal = {True: "Yes", False: "No", None: None}[ground.also_illegal]
    return attributes | {"decision_ground_reference_url": ground.url, "incompatible_content_illegal": illegal}


def _facts(statement: StatementOfReasons) -> str:
    facts = public_facts(statement)
    return f"{facts} {_EVERYWHERE}" if statement.scope == "global" and facts.strip() else facts


def _scope(scope: tuple[str, ...] | str) -> tuple[list[str], tuple[FieldError, ...]]:
    """Return the codes to send; none left of a named scope is an error, for absent would mean everywhere."""
    if scope == "global":
        return [], ()
    inside = sorted(places_in_eea(scope))
    return inside, () if inside else (FieldError("territorial_scope", "outside-eea"),)
