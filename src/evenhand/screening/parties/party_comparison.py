"""The whole comparison of one party with one listed entity; the index only decides whom it is made for."""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from evenhand.model.finding import Match
from evenhand.model.hosts import Suffixes
from evenhand.model.listing import ListedEntity
from evenhand.model.party import Payer
from evenhand.screening.names.comparison_terms import Term
from evenhand.screening.names.name_comparisons import lookalike_terms, mixed_script_term, name_terms
from evenhand.screening.names.name_score import NameScore, acronym_term, is_acronym, score_names
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.weights import (
    KEYS,
    MARGIN,
    NO_NAME,
    OTHER_FULLER,
    SHARED_SHORT,
    STRONG_AGAINST,
    STRONG_FOR,
    THRESHOLD,
)
from evenhand.screening.names.words import KINDS
from evenhand.screening.parties.other_comparisons import key_terms, person_terms
from evenhand.screening.parties.profile import MEDIA, RESPELLED, WEAK, Profile, profile_of_entity, profile_of_party
from evenhand.screening.parties.site_editions import is_same_site
from evenhand.screening.parties.whole_names import is_whole

_FULLER = 2
_STRONG = 3.0
_WEAK_CAP = MARGIN - 0.3
_MOST_CONTEXT = 2.5
_LIFTS_WEAK = KEYS | {"birth"}


class Weighed(NamedTuple):
    """One party beside one entity; `order` puts the better of two weighed pairs first."""

    score: float
    certain: bool
    terms: tuple[Term, ...]
    name_only: bool = False

    @property
    def order(self) -> tuple[float, int, float]:
        """Sort key, best first: score, number of strong comparisons, exactness of the best name."""
        strong = sum(term.name in STRONG_FOR for term in self.terms)
        exact = max((term.weight for term in self.terms if term.name in _WHOLE), default=0.0)
        return (-self.score, -strong, -exact)

    def match(self, entity_id: str) -> Match:
        """Return the record, comparisons in the order of their weight."""
        return Match(
            entity_id=entity_id,
            score=self.score,
            certain=self.certain,
            name_only=self.name_only,
            because=tuple(term.comparison() for term in self.terms),
        )


_CRAFT = frozenset({"Vessel", "Airplane"})
_MARK = re.compile("[A-Z0-9]{1,3}-?[A-Z0-9]{2,5}")
_HOSTS = frozenset({"domain.registrable", "domain.host"})
_WHOLE = frozenset({"name.exact", "name.reordered", "name.joined"})


def compare(party: Payer, entity: ListedEntity, suffixes: Suffixes) -> Match:
    """Return how far a party and a listed entity agree, every name against every name.

    `because` sums to the score: score = 1 / (1 + exp(-sum of weights)).
    """
    ours, theirs = profile_of_party(party, suffixes), profile_of_entity(entity)
    media = bool(entity.values(MEDIA))
    return weigh(ours, theirs, best_names(ours, theirs.names), suffixes, media=media).match(entity.id)


def weigh(
    ours: Profile, theirs: Profile, best: NameScore | None, suffixes: Suffixes, *, media: bool, whole: bool = True
) -> Weighed:
    """Return the comparison of two profiles whose names agree best as `best` says.

    `media` says that the entry describes a news outlet. Names of few letters say less of outlets and ships than of
    designated organisations: more companies bear them. `whole` is False where it is known that no name of ours is all
    of one of theirs.
    """
    keys = key_terms(ours, theirs, suffixes)
    best = _telling(ours, theirs, best) if best is not None else None
    by_key = any(term.name in KEYS for term in keys)
    acronym = acronym_term_of(ours, theirs) if best is None or best.total < MARGIN else None
    if acronym is not None and (best is None or acronym.weight > _capped(best)):
        terms = [acronym]
    elif best is not None and (not by_key or best.total > 0):
        terms = name_terms(best)
        if best.ours.mixed:
            terms.append(mixed_script_term(best.ours))
        terms += lookalike_terms(best.ours, best.theirs)
        if best.short and (media or theirs.schema in _CRAFT):
            terms.append(Term("name.short_shared", best.ours.text, best.theirs.text, 1.0, SHARED_SHORT, "name"))
    else:
        terms, best = [], None
    terms = [*keys, *terms, *person_terms(ours, theirs, country_named=_names_a_country(best))]
    if best is not None and best.theirs.field == WEAK and acronym not in terms:
        terms += _weak_alias(best, terms)
    elif best is None and acronym is None and not by_key and terms:
        terms.append(Term("name.none", ours.called, theirs.called, 0.0, NO_NAME, "name"))
    if acronym in terms or (best is not None and best.short):
        terms += _fuller_names(ours, theirs, best)
    weighed = _weighed(terms)
    return weighed if weighed.score >= THRESHOLD or not whole else _by_name_only(weighed, ours, theirs, media=media)


def _telling(ours: Profile, theirs: Profile, best: NameScore) -> NameScore | None:
    """Return the names that agree best, or those of two fuller names; None where both are marks of two aircraft."""
    if theirs.schema == "Airplane" and _are_other_marks(best.ours.text, best.theirs.text):
        return None
    return _rather_fuller(ours, theirs, best)


def _are_other_marks(ours: str, theirs: str) -> bool:
    """Return whether both are marks of aircraft and differ: one letter more or less is another aircraft."""
    both = [text.strip().upper() for text in (ours, theirs)]
    return all(map(_MARK.fullmatch, both)) and both[0].replace("-", "") != both[1].replace("-", "")


def _names_a_country(best: NameScore | None) -> bool:
    """Return whether both names hold one country's word: where such a company is registered then says little."""
    return (
        best is not None
        and not best.theirs.person
        and any(KINDS.get(pair.theirs) == "country" and pair.ours == pair.theirs for pair in best.aligned.pairs)
    )


def _by_name_only(weighed: Weighed, ours: Profile, theirs: Profile, *, media: bool) -> Weighed:
    """Return the comparison, marked where all of our name is all of the listed one and nothing stronger objects."""
    same = whole_names(ours, theirs, theirs.names, media=media)
    if same is None or any(term.name in STRONG_AGAINST and term.weight <= -_STRONG for term in weighed.terms):
        return weighed
    if _has_another_name(ours, theirs, media=media):
        return weighed
    mine, listed = same
    folded = [term for term in lookalike_terms(mine, listed) if term not in weighed.terms]
    only = Term("name.whole_only", mine.text, listed.text, 1.0, 0.0, listed.field)
    return weighed._replace(terms=(*weighed.terms, *folded, only), name_only=True)


def whole_names(ours: Profile, theirs: Profile, names: Iterable[Name], *, media: bool) -> tuple[Name, Name] | None:
    """Return our name and one of a listed organisation's that are the same as a whole, the plainest pair first."""
    if ours.person or theirs.person or theirs.schema in _CRAFT:
        return None
    pairs = [(mine, each) for each in names for mine in ours.names if is_whole(mine, each, media=media)]
    return next((pair for pair in pairs if pair[0].joined == pair[1].joined), pairs[0] if pairs else None)


def _has_another_name(ours: Profile, theirs: Profile, *, media: bool) -> bool:
    """Return whether we have a fuller name that is none of theirs: then the shorter one says nothing."""
    for name in _as_meant(ours):
        if len(name.tokens) >= _FULLER and name.field != RESPELLED:
            found = _alone(ours, name, theirs)
            same = any(is_whole(name, each, media=media) for each in theirs.names)
            if not same and (found is None or found.total < MARGIN):
                return True
    return False


def _rather_fuller(ours: Profile, theirs: Profile, best: NameScore) -> NameScore:
    """Return the comparison of our fuller name, where it says more than a few letters do with it against them."""
    if not best.short or (longest := _longest(ours)) is best.ours:
        return best
    found = _alone(ours, longest, theirs)
    return found if found is not None and best.total + OTHER_FULLER <= found.total < MARGIN else best


def _fuller_names(ours: Profile, theirs: Profile, best: NameScore | None) -> list[Term]:
    """Return the objection that a few letters agree while our fuller name is none of theirs."""
    longest = _longest(ours)
    if len(longest.tokens) < _FULLER or (best is not None and longest is best.ours):
        return []
    found = _alone(ours, longest, theirs)
    if found is not None and found.total >= MARGIN:
        return []
    return [Term("name.fuller", longest.text, theirs.called, 0.0, OTHER_FULLER, "name")]


def _longest(ours: Profile) -> Name:
    return max(_as_meant(ours), key=lambda name: name.weight)


def _as_meant(ours: Profile) -> tuple[Name, ...]:
    """Return our names; of one with signs for letters not the reading as written: signs divide its words."""
    written = {name.text for name in ours.names if name.folded}
    return tuple([name for name in ours.names if name.folded or name.text not in written]) if written else ours.names


def _alone(ours: Profile, name: Name, theirs: Profile) -> NameScore | None:
    """Return the best that one of our names says by itself."""
    return best_names(msgspec.structs.replace(ours, names=(name,)), theirs.names)


def best_names(ours: Profile, names: Iterable[Name]) -> NameScore | None:
    """Return the two names that say most for a match; a weak alias counts up to just below the threshold."""
    scores = [score for theirs in names for mine in ours.names if (score := score_names(mine, theirs)) is not None]
    return max(scores, key=_rank) if len(scores) > 1 else scores[0] if scores else None


def _rank(score: NameScore) -> tuple[float, bool, str]:
    return (_capped(score), score.theirs.field != WEAK, score.theirs.text)


def acronym_term_of(ours: Profile, theirs: Profile) -> Term | None:
    """Return the comparison of one of our names as an acronym of one of theirs, if there is one."""
    return next((term for name in ours.names if (term := acronym_term(name, theirs.names))), None)


def may_be_acronym(ours: Profile) -> bool:
    """Return whether one of our names is so short that it may be the first letters of another."""
    return any(is_acronym(name) for name in ours.names)


def may_reach(best: NameScore | None) -> bool:
    """Return whether birth, country and the like could still lift these names to the threshold."""
    return best is not None and best.total + _MOST_CONTEXT >= MARGIN


def _capped(score: NameScore) -> float:
    return min(score.total, _WEAK_CAP) if score.theirs.field == WEAK else score.total


def _weak_alias(best: NameScore, terms: list[Term]) -> list[Term]:
    """Hold a weak alias below the threshold unless something of its own kind supports it."""
    over = best.total - _WEAK_CAP
    if over <= 0 or any(term.name in _LIFTS_WEAK and term.weight > 0 for term in terms):
        return []
    return [Term("weak_alias", best.ours.text, best.theirs.text, 1.0, -round(over, 6), WEAK)]


def _weighed(terms: list[Term]) -> Weighed:
    terms = sorted(terms, key=_by_weight)
    total = math.fsum([term.weight for term in terms]) if terms else -math.inf
    strong = [term for term in terms if term.name in STRONG_FOR and not _is_host_below(term)]
    carries = bool(strong) or (any(map(_is_host_below, terms)) and _is_supported(terms))
    return Weighed(score_of(total), carries and not any(map(_forbids_certainty, terms)), tuple(terms))


def _is_host_below(term: Term) -> bool:
    """Return whether all that agrees is that our host is below a listed one: a shop or blog there may be another's."""
    return term.name in _HOSTS and not is_same_site(term.ours, term.theirs)


def _is_supported(terms: list[Term]) -> bool:
    """Return whether names or countries speak for the match, however little."""
    named = math.fsum([term.weight for term in terms if term.name.startswith("name.")])
    return named > 0 or any(term.name == "country" and term.weight > 0 for term in terms)


def _forbids_certainty(term: Term) -> bool:
    """Return whether a comparison leaves the match to a person: a strong one against, or any other number in a name."""
    return term.name in STRONG_AGAINST and term.weight <= (0.0 if term.name == "name.number" else -_STRONG)


def _by_weight(term: Term) -> tuple[float, str, str]:
    return (-abs(term.weight), term.name, term.ours)


def score_of(total: float) -> float:
    """Return the logistic of a sum of weights, rounded to the six places that a leaf keeps.

    >>> score_of(0.0), score_of(7.0)
    (0.5, 0.999089)
    """
    return round(1 / (1 + math.exp(-max(total, -60.0))), 6)
