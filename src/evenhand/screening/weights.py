"""What each comparison weighs: one table, part of the scorer's version.

A change of any number here or in `tables/` is a new `SCORER`. The weights of names were fitted by logistic
regression on the visible half of the hard screening set, then rounded; those of numbers, hosts, accounts,
birth and country are set by hand (`docs/reference/screening.md` says why).
"""

import math
from typing import NamedTuple

SCORER = "1"
"""Version of scorer, weights and word tables; every decision records it."""

THRESHOLD = 0.7
"""Scores from here on are findings; it belongs to the scorer's version."""

MARGIN = math.log(THRESHOLD / (1 - THRESHOLD))
"""The threshold as a sum of weights."""


class NameWeights(NamedTuple):
    """Weights of what two names share and do not share.

    `prior` is how seldom two names that share words are one; `cover` counts the share of the shorter name that is
    answered, `info` the answered words up to two; `both` words left over on both sides, `extra` and `missing` what
    is left over on ours or theirs alone; `whole` that nothing is; `short` that the whole is at most four letters.
    """

    prior: float
    cover: float
    info: float
    both: float
    extra: float
    missing: float
    whole: float
    short: float


PERSON = NameWeights(prior=-5.6, cover=5.3, info=2.8, both=-4.7, extra=-3.6, missing=-1.8, whole=0.6, short=0.0)
ORGANISATION = NameWeights(prior=-4.0, cover=3.0, info=2.4, both=-3.1, extra=-1.8, missing=-1.6, whole=1.8, short=-2.9)

SAME_NUMBERS = 0.5
OTHER_NUMBERS = -6.0
SOME_NUMBERS = -3.0
NUMBER_MORE = -1.2
SAME_FORM = 0.2
OTHER_FORM = -0.1
MIXED_SCRIPT = 0.2
ACRONYM = MARGIN - 0.4
OTHER_SCHEMA = -1.5
UNSAID_SCHEMA = -0.4

IDENTIFIER = 7.0
OTHER_IDENTIFIER = -5.5
OWN_DOMAIN = 6.0
LISTED_HOST = 6.0
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
STRONG_AGAINST = frozenset({"name.number", "name.other_given", "birth", "identifier.conflict"})
