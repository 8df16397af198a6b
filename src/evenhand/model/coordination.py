"""What was found of accounts that act as one: pairs, groups of accounts, and what was not looked at."""

from datetime import datetime
from typing import Final, Literal

from evenhand.model.finding import Finding
from evenhand.model.record import Record
from evenhand.model.run import Refused

Reason = Literal["widespread", "public infrastructure", "no more than a country"]


TIMED: Final = (
    "landing_url", "host", "hashtag", "creative_text", "creative_image",
    "campaign_create", "account_create", "first_spend", "bid_burst",
)  # fmt: skip
"""Kinds of object of which the moment counts."""

STATIC: Final = (
    "landing_url", "host", "hashtag", "creative_text", "creative_image",
    "targeting", "payer", "address", "tracker_id", "payment_token_hash",
)  # fmt: skip
"""Kinds of object of which only sharing counts."""

OF_ADS: Final = tuple(kind for kind in STATIC if kind in TIMED)
"""What one advertisement carries: one kind of thing in common, since who has its text has its page and host too."""

ALL: Final = "*"

OBJECT_TYPES: Final = frozenset((*TIMED, *STATIC))


class CoordinatedPair(Record, frozen=True, kw_only=True):
    """Two accounts (`a` < `b`) that are alike beyond chance, or close within a confirmed group.

    `layer` is the kind of object whose moments were compared, `tokens` for things that both have. Of `n` common bins
    `k` were close (of `tokens`: `k` of `n` shared), where `expected` are by chance. `q` is the share of chance
    among the accounts that pairs at least as strong name; of a pair that only its group tells from chance it is
    the largest of that of the group and those of both as members of it, and `by_group` is true. `declared` is true if
    both declared the same control: such a pair is evidence of nothing.
    `p_short_bins` is p of the pair alone in bins half as long, of 5 windows: if it is far larger than `p`, moments pile
    up inside of long bins, as after breaking news. None for tokens.
    """

    a: str
    b: str
    layer: str
    n: int
    k: int
    expected: float
    p: float
    q: float
    by_group: bool = False
    declared: bool = False
    p_short_bins: float | None = None


class CoordinatedGroup(Record, frozen=True, kw_only=True):
    """Accounts that are linked by undeclared pairs.

    `members` are all of them, `named` those that a finding names: not an account whose control is declared with another
    of this group, unless every account of it is. `p_confirm` is that of the half of the objects on which the group was
    not discovered, None where pairs alone show it.
    """

    id: str
    members: tuple[str, ...]
    named: tuple[str, ...]
    layers: tuple[str, ...]
    q: float
    p_confirm: float | None = None


class OversizedCell(Record, frozen=True, kw_only=True):
    """An object and a bin (seconds since 1970) of more accounts than are compared; `pairs` were not looked at."""

    object_type: str
    object_id: str
    bin_starts: int
    bin_s: int
    accounts: int
    pairs: int


class UncountedToken(Record, frozen=True, kw_only=True):
    """A thing that several accounts have and that the tests leave out, with the reason."""

    object_type: str
    object_id: str
    accounts: int
    why: Reason


class Coordination(Record, frozen=True, kw_only=True):
    """The whole result: pairs in order of `q`, groups, what was left out, and of how many pairs each list is a part.

    `punctual` accounts act at full five minutes or minutes by habit, `uncertain` ones may: two such acts of them are
    not compared. `punctual_in` and `uncertain_in` have their ids by layer, of a layer in which all are `*` alone.
    """

    pairs: tuple[CoordinatedPair, ...] = ()
    groups: tuple[CoordinatedGroup, ...] = ()
    oversized: tuple[OversizedCell, ...] = ()
    uncounted: tuple[UncountedToken, ...] = ()
    accounts: int = 0
    events: int = 0
    pairs_tested: int = 0
    token_pairs_tested: int = 0
    punctual: int = 0
    punctual_in: dict[str, tuple[str, ...]] = {}
    uncertain: int = 0
    uncertain_in: dict[str, tuple[str, ...]] = {}


class SharedAct(Record, frozen=True, kw_only=True):
    """What two accounts did with one object: `a_at` and `b_at` are the nearest moments of both, UTC.

    `a_content` and `b_content` are the posts, ads or bids behind it, `""` where unknown. Of what both only have, such
    as a payer, `is_thing` is true, the moments are when each was first seen with it, and `is_close` is false. `is_day`
    is true where only days are known. `uncounted` says why the tests do not count it, `""` where they do.
    """

    object_type: str
    object_id: str
    a_at: datetime
    b_at: datetime
    a_content: str = ""
    b_content: str = ""
    is_close: bool = False
    is_thing: bool = False
    is_day: bool = False
    uncounted: str = ""

    @property
    def seconds_apart(self) -> float:
        """Return how far apart the two moments are."""
        return abs((self.a_at - self.b_at).total_seconds())

    @property
    def apart(self) -> str:
        """Return how far apart they are in words: in days where only days are known."""
        if not (self.a_at.timestamp() and self.b_at.timestamp()):
            return "day unknown"
        if not self.is_day:
            return f"{self.seconds_apart:,.0f} s apart"
        days = abs((self.a_at.date() - self.b_at.date()).days)
        return f"{days:,} {'day' if days == 1 else 'days'} apart" if days else "the same day"

    def time(self, at: datetime) -> str:
        """Return one of both moments in words, without a time where only the day is known, `–` where not even that."""
        if not at.timestamp():
            return "–"
        return f"{at:%Y-%m-%d}" if self.is_day else f"{at:%Y-%m-%d %H:%M:%S} UTC"


class EdgeEvidence(Record, frozen=True, kw_only=True):
    """Everything behind one pair, for a person to check by hand: what the tests counted, and the acts in order of time.

    `pairs` are empty where the two are not linked.
    """

    a: str
    b: str
    pairs: tuple[CoordinatedPair, ...]
    acts: tuple[SharedAct, ...]

    @property
    def counted(self) -> tuple[SharedAct, ...]:
        """Return the acts and things that the tests count."""
        return tuple(act for act in self.acts if not act.uncounted)

    @property
    def closeness(self) -> str:
        """Return in words how many are close, how many the tests do not count, and how many of these are close."""
        counted, close = self.counted, sum(act.is_close for act in self.acts)
        words, rest = f"{close:,} of them within one minute", len(self.acts) - len(counted)
        if not rest:
            return words
        words += f"; {rest:,} of the {len(self.acts):,} {'does' if rest == 1 else 'do'} not count"
        left_out = close - sum(act.is_close for act in counted)
        return f"{words}, {left_out:,} of these within one minute" if left_out else words


ClusterKind = Literal["copy", "rewording", "variant"]
"""Texts that are nearly equal, texts that are alike, pictures that are alike."""


class CreativeCluster(Record, frozen=True, kw_only=True):
    """Creatives that show the same text or picture, or nearly; `id` is the object that they have in common.

    `example` is the text used most, or the creative id of one of the pictures.
    """

    id: str
    kind: ClusterKind
    creatives: tuple[str, ...]
    example: str


class SimilarCreatives(Record, frozen=True, kw_only=True):
    """The object of each creative, the clusters of two or more, and what has none.

    `unreadable` says why for each creative without an object, such as one whose picture is none. `not_compared` counts
    texts of which some possible likeness was not looked at, since too many are nearly alike.
    """

    object_ids: dict[str, str]
    clusters: tuple[CreativeCluster, ...] = ()
    unreadable: dict[str, str] = {}
    not_compared: int = 0


class Community(Record, frozen=True, kw_only=True):
    """A group as a run of a network found it: `since` is when it was first found, `spent_micros` what members spent.

    `named` are those members that a finding names, all of them `advertisers` of the network. `outside` are members that
    the network's table does not have.
    """

    id: str
    members: tuple[str, ...]
    named: tuple[str, ...]
    advertisers: tuple[str, ...]
    layers: tuple[str, ...]
    q: float
    p_confirm: float | None = None
    since: datetime
    spent_micros: int = 0
    outside: tuple[str, ...] = ()


class InfluenceResult(Record, frozen=True, kw_only=True):
    """What a run of a network knows of accounts that act as one: communities, a finding for each named advertiser.

    `sentences` say what was tested, `warnings` what a person has to look at, `refused` what was left out of the tables.
    `counted` says by table how many of its rows count: of an advertiser, not later than the run; and, as
    `events.moments`, how many of them have a moment that is compared. `not_compared` counts texts that are like so many
    others that not all were compared. `files` are the SHA-256 of the tables of acts.
    """

    communities: tuple[Community, ...] = ()
    findings: tuple[Finding, ...] = ()
    sentences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    counted: dict[str, int] = {}
    files: dict[str, str] = {}
    not_compared: int = 0
    is_kept: bool = False
