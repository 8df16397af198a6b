"""What each comparison weighs: one table, part of the scorer's version.

A change of any number here or in `tables/` is a new `SCORER`. The weights of names were fitted by logistic
regression on the visible halves of the hard screening set and of the labelled pairs, towards values set by hand,
then rounded; fitted anew they do no better on what they were not fitted on. Those of numbers, hosts, accounts,
birth and country are set by hand (`docs/reference/screening.md` says why).
"""

import math
from typing import NamedTuple

SCORER = "17"
"""Version of scorer, weights and word tables; every decision records it."""

THRESHOLD = 0.7
"""Scores from here on are findings; it belongs to the scorer's version."""

NAME_THRESHOLD = 0.35
"""Two bare names with this score or more read as one name.

It lies below `THRESHOLD` because a pair of names is no finding: nobody asks which of many thousand listed names is
meant, and there is no birth, country or number that a namesake could be told by.
"""

MARGIN = math.log(THRESHOLD / (1 - THRESHOLD))
"""The threshold as a sum of weights."""


class NameWeights(NamedTuple):
    """Weights of what two names share and do not share.

    `prior` is how seldom two names that share words are one; `cover` counts the share of the shorter name that is
    answered, `info` the answered words up to two; `both` words left over on both sides, `extra` and `missing` what
    is left over on ours or theirs alone; `whole` that nothing is and all words are equal, `complete` that nothing
    is, `within` that ours has general words over; `unlike` answers that are only roughly alike; `short` that the
    whole is at most four letters.

    INVARIANT: `complete` times `BY_SLIP`, and `within`, are at most `whole`: an index may count on `whole` as the most.
    """

    prior: float
    cover: float
    info: float
    both: float
    extra: float
    missing: float
    whole: float
    complete: float
    within: float
    unlike: float
    short: float


PERSON = NameWeights(
    prior=-4.2,
    cover=3.2,
    info=2.0,
    both=-5.1,
    extra=-1.75,
    missing=-0.4,
    whole=3.0,
    complete=1.5,
    within=0.0,
    unlike=-4.3,
    short=0.0,
)
ORGANISATION = NameWeights(
    prior=-6.2,
    cover=4.0,
    info=2.6,
    both=-4.4,
    extra=-2.5,
    missing=-2.4,
    whole=2.6,
    complete=1.6,
    within=0.7,
    unlike=0.0,
    short=-1.8,
)

BY_SLIP = 1.5
"""How many times `complete` a name leaves that is equal but for a slip of the pen in one of its telling words."""
BY_TABLE = 0.6
"""How many times `complete` a name leaves that has another form of a given name."""

SAME_NUMBERS = 0.2
OTHER_NUMBERS = -7.7
SOME_NUMBERS = -5.0
NUMBER_MORE = -3.7
NUMBER_ADDED = -1.5
"""A number that only one of two names has which are otherwise equal: little enough that one telling word in another
country is still found. Never certain all the same."""
SAME_FORM = 0.1
OTHER_FORM = -1.8
"""Private beside public. The labelled pairs alone ask for -2.5 (best F1 .908, not .906), which with a slip in the only
telling word lets a listed company pass: GLOBAL TOURISTIC SERVICES SAL, as `Global Turistic Services Ltd`."""
OTHER_FORM_OF_CLASS = -1.5
OTHER_TRADE = -1.8
OTHER_SIGN = -6.0
OTHER_AIM = -6.5
SAME_GENERATION = 0.1
GENERATION_MORE = -0.5
OTHER_GENERATION = -7.0
OTHER_PLACE = -2.4
OTHER_MIDDLE = -3.1
OTHER_FATHER = -5.1
MIXED_SCRIPT = 0.2
NO_NAME = -6.0
OTHER_FULLER = -1.5
SHARED_SHORT = -0.7
ACRONYM = round(MARGIN - 0.4, 6)
OTHER_SCHEMA = -1.5
UNSAID_SCHEMA = -0.4

IDENTIFIER = 7.0
NUMBER_ALONE = 2.0
"""An equal number of which nobody said what register gave it: enough for a finding where kind of party and country
differ too, and too little for a person's number beside an organisation."""
OTHER_IDENTIFIER = -5.5
OWN_DOMAIN = 6.0
LISTED_HOST = 6.0
SITE_OF_LISTED = 3.0
"""The site that a listed host is part of: enough for a finding whatever kind of party and country, never certain."""
SHARED_DOMAIN = 0.4
ACCOUNT = 6.0
SAME_BIRTH_DAY = 1.5
SAME_BIRTH_YEAR = 0.8
NEAR_BIRTH_YEAR = -0.8
OTHER_BIRTH_YEAR = -7.5
SAME_COUNTRY = 0.6
OTHER_COUNTRY = -0.3
LOOKALIKE = -0.5

STRONG_FOR = frozenset({"identifier.equal", "domain.registrable", "domain.host", "account.handle"})
KEYS = STRONG_FOR | {"identifier.register_unknown", "domain.site"}
"""Comparisons by which a match is found whatever the names are."""
STRONG_AGAINST = frozenset({"name.number", "name.generation", "name.other_given", "birth", "identifier.conflict"})
