"""What we noticed and on what ground: comparisons, matches and findings. None of them is a verdict."""

from typing import Literal

from evenhand.model.ownership import OwnershipLink
from evenhand.model.party import PartyKind
from evenhand.model.record import Record

FindingKind = Literal[
    "listed",
    "state_media",
    "owned_by_listed",
    "possibly_owned_by_listed",
    "controlled_by_listed",
    "acts_for_listed",
    "lookalike_domain",
    "coordination",
    "claims",
    "recorded",
    "rule_error",
]


Strength = Literal["certain", "possible", "name_only"]
"""How much speaks for a match: an identifier of one's own, likeness, or nothing but a name that is the same."""


class Comparison(Record, frozen=True, kw_only=True):
    """One named look at two values.

    `similarity` in [0, 1]: 0 nothing alike, 1 equal. `weight` is what it adds to the score's sum, signed by
    `effect`; `source_field` is the listed entry's property or the attribute's path.
    """

    name: str
    ours: str
    theirs: str
    similarity: float
    weight: float
    effect: Literal["for", "against"]
    source_field: str = ""


class Match(Record, frozen=True, kw_only=True):
    """A candidate entity with its comparisons.

    `score` in [0, 1]: 0 no shared evidence, 0.5 no better than a namesake, 1 only for a strong identifier.
    `certain` is true only with a strong comparison for (identifier, own registrable domain, account) and none
    strong against; `name_only` where the score is below the threshold and both names are the same as a whole.
    """

    entity_id: str
    score: float
    certain: bool
    name_only: bool = False
    because: tuple[Comparison, ...]


class Finding(Record, frozen=True, kw_only=True):
    """One reasoned observation about one party (`pipeline.md` §4).

    `list` and `entity_id` name the listed end, ``""`` where there is none. `path` is the chain of ids from the
    party up to the listed owner, each link as `id`, for ownership kinds, with `…` for the middle of a very long one.
    `way` are the links of that path and `heaviest` those over the largest shares, ``()`` where they are the same, from
    the party up; a link that does not begin where the last one ended stands behind a gap. `low` and `high` are the
    shares of the ownership rule in millionths, zero elsewhere. `sources` are `list:<key>@<sha256>#<entity>`,
    `table:<name>@<sha256>#<row id>`, `claim:<id>`, `judgement:<seq>` or
    `confirmed:<seq>` (a fact that a person confirmed).
    """

    party_kind: PartyKind
    party_id: str
    kind: FindingKind
    list: str = ""
    entity_id: str = ""
    score: float
    certain: bool
    name_only: bool = False
    because: tuple[Comparison, ...] = ()
    path: tuple[str, ...] = ()
    way: tuple[OwnershipLink, ...] = ()
    heaviest: tuple[OwnershipLink, ...] = ()
    low: int = 0
    high: int = 0
    sources: tuple[str, ...] = ()

    @property
    def strength(self) -> Strength:
        """How much speaks for a match; a person's word makes one certain."""
        if self.certain:
            return "certain"
        return "name_only" if self.name_only else "possible"

    @property
    def is_media_tie(self) -> bool:
        """Return whether the party itself is no match, but who owns it or pays for it is a listed outlet."""
        return self.kind == "state_media" and bool(self.because) and self.because[0].name in _TIES

    @property
    def was_certain(self) -> bool:
        """Return whether it was a certain match, until the party's own row was changed."""
        return bool(self.because) and self.because[0].name == ROW_CHANGED and self.because[0].similarity == 1.0

    @property
    def is_judged(self) -> bool:
        """Return whether a person's word made it certain: its score says nothing any more."""
        return self.certain and any(source.startswith("judgement:") for source in self.sources)


ROW_CHANGED = "match.row_changed"
"""The comparison of a match that an earlier decision rests on, and that the party's row as it is now does not make.

Its similarity is 1 where the match was certain, else 0.
"""
ROW_REJECTED, CONTENT_UNKNOWN = "row.rejected", "content.unknown"
"""Comparisons that say why no rule could answer: a party whose row was rejected, a campaign's content."""
NOT_KNOWN = "unknown"
"""The value of an attribute on record that nobody knows, where a rule asks for it."""
MEDIA = "Advertiser.media"
MEDIA_SOURCE = f"{MEDIA}_source"
"""The attribute of what is on record of a news outlet's control; under what name its source stands beside it."""
MEDIA_OWNER, MEDIA_PAYER = "media.owner", "media.payer"
"""Comparisons that tie a party to an outlet under the control of a state: it owns the party, or pays for it."""
_TIES = frozenset({MEDIA_OWNER, MEDIA_PAYER})
UNREAD = frozenset({ROW_REJECTED, CONTENT_UNKNOWN})
_OWNED = frozenset({"owned_by_listed", "possibly_owned_by_listed"})


def further_entries(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Return list and id of each entry beside the first whose owner has a share that a finding adds up."""
    if finding.kind not in _OWNED:
        return ()
    entries = (source.removeprefix("list:").partition("#") for source in finding.sources if source.startswith("list:"))
    ends = ((version.partition("@")[0], entity_id) for version, _, entity_id in entries)
    return tuple(dict.fromkeys(each for each in ends if each != (finding.list, finding.entity_id)))
