"""FollowTheMoney's edges between parties: ownership with its percentage and dates, roles, representation, family.

Source: https://followthemoney.tech/explorer/schemata/Interest/ and `lists.md` §1.6.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from evenhand.lists.formats.dates import first_day, last_day, partial_date
from evenhand.lists.formats.entry import is_doubtful, share_of
from evenhand.model.listing import ListRelation, RelationKind


class _Edge(NamedTuple):
    subject: str
    object: str
    kind: RelationKind


_EDGES = {
    "Ownership": _Edge("owner", "asset", "ownership"),
    "Control": _Edge("controller", "controlled", "control"),
    "Representation": _Edge("agent", "client", "acts_for"),
    "Directorship": _Edge("director", "organization", "role"),
    "Membership": _Edge("member", "organization", "role"),
    "Employment": _Edge("employee", "employer", "role"),
    "Family": _Edge("person", "relative", "family"),
    "Associate": _Edge("person", "associate", "link"),
    "Succession": _Edge("predecessor", "successor", "link"),
    "UnknownLink": _Edge("subject", "object", "link"),
}
EDGES = frozenset(_EDGES)
_TEXTS = ("role", "relationship", "ownershipType", "controlType", "summary")


class Party(NamedTuple):
    """What an edge needs to know of an end: its name, and its schema."""

    name: str
    schema: str


def relations(
    schema: str, properties: Mapping[str, list[str]], parties: Mapping[str, Party], left_out: Counter[str]
) -> Iterator[ListRelation]:
    """Yield the relations of one edge, one for each pair of its ends; an end without a counterpart is counted.

    An end has its name beside its id where the file holds the party.
    """
    edge = _EDGES[schema]
    subjects, objects = properties.get(edge.subject, ()), properties.get(edge.object, ())
    left_out[f"{schema} without both ends"] += not (subjects and objects)
    text = "; ".join(value for name in _TEXTS for value in properties.get(name, ()))
    share = _share(properties, left_out)
    kind = edge.kind
    if kind == "ownership" and share is None and "control" in text.casefold():
        kind = "ownership_or_control"  # OpenSanctions makes an Ownership of OFAC's `Owned or Controlled By`
    since, until = _since(properties), _until(properties)
    for subject in subjects:
        for object_ in objects:
            ends = parties.get(subject, Party("", "")), parties.get(object_, Party("", ""))
            yield ListRelation(
                subject=subject,
                object=object_,
                subject_name=ends[0].name,
                object_name=ends[1].name,
                kind=kind,
                share=share,
                since=since,
                until=until,
                text=text,
                doubtful=is_doubtful(kind, ends[0].schema, ends[1].schema),
            )


def _share(properties: Mapping[str, list[str]], left_out: Counter[str]) -> int | None:
    """Return the share, None where it is not stated, is no percentage, or two differ."""
    shares = {share_of(text) for text in properties.get("percentage", ())}
    share = shares.pop() if len(shares) == 1 else None
    left_out["percentage that is none, or two"] += bool(properties.get("percentage")) and share is None
    return share


def _since(properties: Mapping[str, list[str]]) -> date | None:
    """Return the first day on which it can hold."""
    return min(map(first_day, _dates(properties, "startDate")), default=None)


def _until(properties: Mapping[str, list[str]]) -> date | None:
    """Return the last day on which it can hold: of a month or a year its last."""
    return max(map(last_day, _dates(properties, "endDate")), default=None)


def _dates(properties: Mapping[str, list[str]], name: str) -> list[str]:
    return [text for value in properties.get(name, ()) if (text := partial_date(value[:10]))]
