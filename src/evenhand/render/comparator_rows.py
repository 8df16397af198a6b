"""How others in the position of one decided party were treated, as lines for people."""

from collections.abc import Iterable, Iterator

from evenhand.model.comparator import CannotTest, Comparator, ComparatorFinding, FactDifference, LaterDecision
from evenhand.policy.attribute_words import attribute_words
from evenhand.render.precedent_rows import fact_in_words, value_in_words
from evenhand.render.wording import count, outcome_word

_WHY: dict[CannotTest, str] = {
    "no_like_case": "nobody else has the same facts under the same rules",
    "same_groups": "all with the same facts are of the same country, language and every other protected group",
    "rulebook_not_kept": "the network has not kept the rulebook of this decision",
}
RULEBOOK = "rulebook"
_MOST_FLIPS, _FEW = 3, 5


def comparator_lines(finding: ComparatorFinding, *, closed: bool = False) -> Iterator[str]:
    """Yield the comparators of a decision and what a change of each protected attribute does, a line each.

    `closed` is for the complainant: no party, no leaf and no small number is shown, by which others could be known.
    """
    yield f"{count(finding.searched, 'decision')} about others compared, made up to {finding.at:%Y-%m-%d %H:%M} UTC"
    if finding.cannot_be_tested is not None:
        yield f"Cannot be tested against others: {_why(finding)}"
    for each in finding.comparators:
        yield from _comparator(each, closed=closed)
    if finding.more:
        yield f"{count(finding.more, 'more set')} of cases that differ in one fact and were treated milder"
    if not finding.comparators:
        yield "Nobody was found in this position"
    for text in () if closed else finding.not_found:
        yield f"named by the complainant, and nothing is decided about it: {text}"
    yield from _flips(finding)


def nested_lines(lines: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return lines with those that are indented below each, which are of it.

    >>> nested_lines(["1  2 parties refused", "   a (leaf 4)", "   differs in country", "2  1 party allowed"])
    [('1  2 parties refused', ['a (leaf 4)', 'differs in country']), ('2  1 party allowed', [])]
    """
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(" "):
            found[-1][1].append(line.strip())
        else:
            found.append((line, []))
    return found


def _why(finding: ComparatorFinding) -> str:
    if finding.cannot_be_tested == "rule_names_party":
        rules = ", ".join(finding.naming_rules)
        return f"the rule {rules} names this advertiser, so by its own words nobody else can be its equal"
    return _WHY.get(finding.cannot_be_tested or "no_like_case", "")


def _comparator(each: Comparator, *, closed: bool) -> Iterator[str]:
    by = f"by {', '.join(each.rules)}{'' if each.under_same_rules else ' under other rules'}"
    yield f"{each.number}  {_many(each, closed=closed)} {outcome_word(each.outcome).lower()} {by}: {_likeness(each)}"
    if each.parties and not closed:
        later = {one.party.id: f", {_later(one)}" for one in each.later}
        pairs = zip(each.parties, each.leaves, strict=True)
        shown = ", ".join(f"{party.id} (leaf {leaf}{later.get(party.id, '')})" for party, leaf in pairs)
        more = f" and {each.count - len(each.parties)} more" if each.count > len(each.parties) else ""
        yield f"   {'named by the complainant: ' if each.named else ''}{shown}{more}"
    yield from _changed(each, closed=closed)
    if each.differs:
        yield f"   differs in {'; '.join(_difference(one, closed=closed) for one in each.differs)}"
    if each.groups:
        yield f"   of another {', '.join(name.replace('_', ' ') for name in each.groups)}"


def _changed(each: Comparator, *, closed: bool) -> Iterator[str]:
    """Yield that parties of a set are treated otherwise by now, where that does not stand beside each of them."""
    if each.changed and closed:
        yield "   one of them or more has been decided otherwise since"
    elif each.changed > len(each.later):
        yield f"   {each.changed:,} of {each.count:,} have been decided otherwise since"


def _later(later: LaterDecision) -> str:
    return f"{outcome_word(later.outcome).lower()} since {later.decided_at:%Y-%m-%d}"


def _likeness(each: Comparator) -> str:
    alike = "like" if each.like else "one fact differs" if len(each.differs) == 1 else "several facts differ"
    return f"{alike}, treated milder" if each.milder else alike


def _many(each: Comparator, *, closed: bool) -> str:
    if closed and each.count < _FEW:
        return f"fewer than {_FEW} parties"
    return count(each.count, "party", "parties")


def _difference(each: FactDifference, *, closed: bool) -> str:
    if closed or each.fact == RULEBOOK:
        return fact_in_words(each.fact)
    case, other = (value_in_words(each.fact, value) for value in (each.case, each.other))
    return f"{fact_in_words(each.fact)} ({case} here, {other} there)"


def _flips(finding: ComparatorFinding) -> Iterator[str]:
    flips = finding.flips
    if not flips.tested:
        return
    if not flips.found:
        yield f"No change of a protected attribute alone changes the outcome ({flips.tested} tried)"
    for each in flips.found[:_MOST_FLIPS]:
        name = "the advertiser's name" if each.attribute.endswith("@id") else attribute_words(each.attribute)
        changed = "another" if each.attribute.endswith("@id") else value_in_words(each.attribute, each.changed_to)
        yield f"If {name} alone were {changed}, the outcome would be {each.changed_outcome}"
    if len(flips.found) > _MOST_FLIPS:
        yield f"{len(flips.found) - _MOST_FLIPS} more such changes of {flips.tested} tried"
    laws = {each.law: each for each in finding.by_law}
    yield from (f"{law} lets {attribute_words(each.attribute)} decide" for law, each in laws.items())
