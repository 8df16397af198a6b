"""The circumstances that conditions ask for: read of a request once, completed for each bid."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from evenhand.gate.conditions.circumstances import Circumstances
from evenhand.gate.conditions.countries import alpha2_of, territories_of
from evenhand.gate.reference import Query
from evenhand.gate.wire.openrtb import Impression, Place, Request, read_impressions
from evenhand.model.register import RegisterHead

_MEDIA = {1: "banner", 2: "video", 3: "audio", 4: "native"}  # OpenRTB 2.6 §4.2.3 `mtype`


def context_of_request(
    head: RegisterHead, request: Request, data: bytes, at: datetime
) -> Callable[[Query, bool], Circumstances]:
    """Return what gives the circumstances of each bid for a request; the request is looked at when first asked."""
    known: list[Circumstances] = []

    def circumstances(query: Query, political: bool) -> Circumstances:
        if not known:
            known.append(_of_request(head, request, at))
        return msgspec.structs.replace(
            known[0],
            political=political,
            categories=query.categories,
            deal=query.deal,
            media=_media(query, data),
        )

    return circumstances


def context_of_question(
    head: RegisterHead, country: str | None, at: datetime
) -> Callable[[Query, bool], Circumstances]:
    """Return what gives the circumstances of a question that names at most a country, in two or three letters."""
    code = alpha2_of(country)
    base = Circumstances(
        political=False, at=at, country=code, territories=territories_of(code, head.unions),
    )  # fmt: skip

    def circumstances(query: Query, political: bool) -> Circumstances:
        return msgspec.structs.replace(base, political=political, categories=query.categories, deal=query.deal)

    return circumstances


def _of_request(head: RegisterHead, request: Request, at: datetime) -> Circumstances:
    geo = request.device.geo if request.device is not None else None
    country = alpha2_of(geo.country if geo is not None else None)
    place = request.site or request.app or request.dooh
    return Circumstances(
        political=False,
        at=at,
        country=country,
        territories=territories_of(country, head.unions),
        region=geo.region if geo is not None and isinstance(geo.region, str) else None,
        placement=_placement(place),
        publisher=_text(place.publisher.id) if place is not None and place.publisher is not None else None,
    )


def _placement(place: Place | None) -> str | None:
    """Return the host of a site or the bundle of an app."""
    if place is None:
        return None
    return _text(place.domain) or _text(place.bundle)


def _media(query: Query, data: bytes) -> frozenset[str] | None:
    """Return what kind of advertisement it is: as the bid says, else all that its place takes; None if unknown."""
    if query.media in _MEDIA:
        return frozenset({_MEDIA[query.media]})
    if query.impression is None:
        return None
    takes = [impression for impression in read_impressions(data) if _text(impression.id) == query.impression]
    return frozenset(_takes(takes[0])) or None if takes else None


def _takes(impression: Impression) -> set[str]:
    return {kind for kind in _MEDIA.values() if getattr(impression, kind) is not msgspec.UNSET}


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
