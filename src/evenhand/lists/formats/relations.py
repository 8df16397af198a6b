"""Checks of relations that lists publish: parties that cannot be so related, and shares as millionths."""

from decimal import Decimal

from evenhand.model.listing import RelationKind

_CRAFT = ("Vessel", "Airplane", "Vehicle")
_WHOLE = 1_000_000


def is_doubtful(kind: RelationKind, subject: str, object_: str) -> bool:
    """Return whether parties of these schemata cannot be related this way round: a person owned, a ship acting.

    ``""`` is a schema that is not known. Which end is wrong is not ours to say: nothing is turned round.
    """
    match kind:
        case "ownership" | "control" | "ownership_or_control":
            return subject in _CRAFT or object_ == "Person"
        case "acts_for":
            return subject in _CRAFT or object_ in _CRAFT
        case "role":
            return subject in _CRAFT or object_ in ("Person", *_CRAFT)
        case "family":
            return any(schema not in ("Person", "") for schema in (subject, object_))
        case _:
            return False


def share_of(percentage: str) -> int | None:
    """Return a percentage in millionths, None if the text is none between 0 and 100.

    >>> share_of("50"), share_of("33.34 %"), share_of("25-50")
    (500000, 333400, None)
    """
    try:
        share = Decimal(percentage.strip(" %").replace(",", ".")) * 10_000
    except ArithmeticError:
        return None
    return int(share) if share.is_finite() and 0 <= share <= _WHOLE else None
