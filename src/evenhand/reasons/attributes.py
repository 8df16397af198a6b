"""Which attribute of the EU database tells a field of the reasons record (`reasons.md` §3)."""

from collections.abc import Mapping
from typing import Any

from evenhand.reasons.kinds import RESTRICTIONS

_ATTRIBUTES = {
    "id": "puid",
    "advertiser.type": "account_type",
    "scope": "territorial_scope",
    "starts_on": "application_date",
    "facts": "decision_facts",
    "facts_public": "decision_facts",
    "source": "source_type",
    "source.type": "source_type",
    "source.identity": "source_identity",
    "automation.detection": "automated_detection",
    "automation.decision": "automated_decision",
    "ground": "decision_ground",
    "ground.type": "decision_ground",
    "ground.url": "decision_ground_reference_url",
    "ground.also_illegal": "incompatible_content_illegal",
    "keywords": "category_specification",
    "content.types": "content_type",
    "content.other": "content_type_other",
    "content.language": "content_language",
    "dates.object": "content_date",
    "dates.decided": "application_date",
    "dates.informed": "application_date",
}
_LAW = {"ground.reference": "illegal_content_legal_ground", "ground.explanation": "illegal_content_explanation"}
_CLAUSE = {"ground.reference": "incompatible_content_ground", "ground.explanation": "incompatible_content_explanation"}
_DECISIONS = ("decision_account", "decision_monetary", "decision_provision", "decision_visibility")


def attributes_of(field: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the attributes that a field of this record is told by; the field itself if the database has none.

    >>> attributes_of("ground.reference", {"ground": {"type": "law"}})
    ('illegal_content_legal_ground',)
    """
    kind = record.get("kind")
    restriction = RESTRICTIONS.get(kind) if isinstance(kind, str) else None
    if field == "kind":
        return (restriction.attribute,) if restriction else _DECISIONS
    if field == "ends_on" and restriction:
        return (restriction.end_attribute,)
    ground = record.get("ground")
    grounds = _LAW if isinstance(ground, dict) and ground.get("type") == "law" else _CLAUSE
    whole = field.removesuffix("_public").partition("[")[0]
    return (grounds.get(whole) or _ATTRIBUTES.get(whole, whole),)
