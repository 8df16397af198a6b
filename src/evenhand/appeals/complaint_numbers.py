"""What a network counts of its complaints: how many, how they ended, how long they took, and by what.

The complaints counted are those that arrived in the period, with what became of each so far. Every rate has its
denominator and its 95 % limits (Wilson); groups of fewer than ten are not shown apart.

Source: `appeals.md` §8; DSA Art. 20 and 24(1).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from statistics import median

from evenhand.appeals.clocks import OF_OTHERS
from evenhand.model.complaint import ClockName, Complaint
from evenhand.model.complaint_events import BreachBody, RejectFormBody, SupersedeBody, WithdrawBody
from evenhand.model.external_disputes import ExternalCloseBody, ExternalOpenBody
from evenhand.model.record import Record
from evenhand.model.share_limits import wilson_limits

SMALLEST_GROUP = 10
OTHERS = "others"
BY_PROGRAM = frozenset({"same_mistake"})
"""Ways in which a program opened a review: nobody complained."""


class Rate(Record, frozen=True, kw_only=True):
    """So many of so many; `low` and `high` are the 95 % limits of the share, None where `of` is 0."""

    count: int
    of: int
    low: float | None
    high: float | None


class Hours(Record, frozen=True, kw_only=True):
    """How long something took: of how many, and their median and 90th percentile; None where there are none."""

    of: int
    median: float | None
    p90: float | None


class GroupCount(Record, frozen=True, kw_only=True):
    """One group of complaints: received, decided, and of those decided how many were varied or reversed."""

    value: str
    received: int
    decided: int
    changed: Rate


class ComplaintNumbers(Record, frozen=True, kw_only=True):
    """What is counted. `reasons` has how many complaints give each reason.

    `ended` are complaints that ended without a decision, by how: `withdrawn`, `superseded`, or not admissible by
    reason. `answer_hours` are those of answers that were told; they leave out the pauses, which `pause_hours` have: of
    the complaints that had one. `by` has for
    each attribute its groups, none where splitting would show fewer than ten; `by_reviewer` is for the network alone
    and None in what others see. `erased` counts records of complaints that were erased: such a complaint is counted
    nowhere.
    """

    received: int
    open: int
    reasons: dict[str, int]
    admissible: Rate
    ended: dict[str, int]
    outcomes: dict[str, int]
    changed: Rate
    answer_hours: Hours
    pause_hours: Hours
    breaches: dict[str, int]
    with_breach: Rate
    disputes: int
    dispute_outcomes: dict[str, int]
    followed: Rate
    same_mistake_reviews: int
    same_mistake_changed: Rate
    by: dict[str, tuple[GroupCount, ...]]
    by_reviewer: tuple[GroupCount, ...] | None
    persons_verified: bool
    erased: int = 0


def complaint_numbers(
    complaints: Iterable[Complaint],
    attributes: Mapping[str, Mapping[str, tuple[str, ...]]],
    *,
    persons_verified: bool,
    internal: bool,
    erased: int = 0,
) -> ComplaintNumbers:
    """Return the numbers of complaints; `attributes` are by complaint id, then name, the groups it belongs to."""
    known = list(complaints)
    filed = [each for each in known if each.way not in BY_PROGRAM]
    reopened = [each for each in known if each.way in BY_PROGRAM]
    decided = [each for each in filed if each.outcome is not None]
    ended = Counter(filter(None, map(_ended_by, filed)))
    admitted = [each for each in filed if each.deadline("decide") is not None]
    missed = [clock for each in filed for clock in _missed(each)]
    disputed = [event for each in filed for event in each.events if isinstance(event.body, ExternalOpenBody)]
    closed = [event.body for each in filed for event in each.events if isinstance(event.body, ExternalCloseBody)]
    names = sorted({name for each in filed for name in attributes[each.id]})
    return ComplaintNumbers(
        received=len(filed),
        open=len(filed) - len(decided) - ended.total(),
        reasons=dict(sorted(Counter(reason for each in filed for reason in each.reasons).items())),
        admissible=rate(len(admitted), len(admitted) + sum(_is_rejected(each) for each in filed)),
        ended=dict(sorted(ended.items())),
        outcomes={name: sum(each.outcome == name for each in decided) for name in ("upheld", "varied", "reversed")},
        changed=rate(sum(map(_is_changed, decided)), len(decided)),
        answer_hours=_hours([hours for each in decided if (hours := each.answer_hours) is not None]),
        pause_hours=_hours([each.pause_hours for each in filed if each.pause_hours]),
        breaches=dict(sorted(Counter(missed).items())),
        with_breach=rate(sum(any(_missed(each)) for each in filed), len(filed)),
        disputes=len(disputed),
        dispute_outcomes=dict(sorted(Counter(each.outcome for each in closed).items())),
        followed=rate(*_followed(closed)),
        same_mistake_reviews=len(reopened),
        same_mistake_changed=rate(
            sum(map(_is_changed, reopened)), sum(each.outcome is not None for each in reopened)
        ),
        by={name: _groups(filed, {each.id: attributes[each.id].get(name, ()) for each in filed}) for name in names},
        by_reviewer=_every_group(filed, {each.id: _reviewers(each) for each in filed}) if internal else None,
        persons_verified=persons_verified,
        erased=erased,
    )  # fmt: skip


def rate(count: int, of: int) -> Rate:
    """Return so many of so many, with the limits of the share.

    >>> rate(0, 0).low, round(rate(3, 10).high, 3)
    (None, 0.603)
    """
    low, high = wilson_limits(count, of) if of else (None, None)
    return Rate(count=count, of=of, low=low, high=high)


def _hours(hours: Sequence[float]) -> Hours:
    """Return median and 90th percentile: the smallest value that at least nine in ten do not exceed."""
    if not hours:
        return Hours(of=0, median=None, p90=None)
    ordered = sorted(hours)
    p90 = ordered[ceil(0.9 * len(ordered)) - 1]
    return Hours(of=len(ordered), median=round(median(ordered), 2), p90=round(p90, 2))


def _missed(complaint: Complaint) -> Iterator[ClockName]:
    """Yield the clock of each deadline that the network missed; older records have none of those that were met late."""
    yield from (event.body.clock for event in complaint.events if isinstance(event.body, BreachBody))
    for each in complaint.deadlines:
        if each.met_at is not None and each.met_at > each.due_at and not each.breached and each.clock not in OF_OTHERS:
            yield each.clock


def _is_changed(complaint: Complaint) -> bool:
    return complaint.outcome in ("varied", "reversed")


def _is_rejected(complaint: Complaint) -> bool:
    return complaint.reject_reason is not None and complaint.deadline("decide") is None


def _ended_by(complaint: Complaint) -> str:
    """Return how a complaint ended without a decision, ``""`` where it has one or runs."""
    if complaint.outcome is not None:
        return ""
    if _is_rejected(complaint):
        return f"inadmissible: {complaint.reject_reason}"
    for event in reversed(complaint.events):
        match event.body:
            case WithdrawBody():
                return "withdrawn"
            case SupersedeBody(lifted_on=lifted_on):
                return "superseded" if lifted_on is None else ""
            case RejectFormBody():
                return f"inadmissible: {event.body.reason}"
            case _:
                continue
    return ""


def _followed(closed: Iterable[ExternalCloseBody]) -> tuple[int, int]:
    """Return how many outcomes of out-of-court bodies that change a decision were followed, and how many there are."""
    changing = [each for each in closed if each.outcome in ("varied", "reversed")]
    return sum(1 for each in changing if each.followed), len(changing)


def _reviewers(complaint: Complaint) -> tuple[str, ...]:
    return (complaint.reviewer,) if complaint.reviewer else ()


def _members(complaints: Sequence[Complaint], groups: Mapping[str, Sequence[str]]) -> dict[str, list[Complaint]]:
    """Return the complaints of each group; `groups` has by complaint id those that it belongs to."""
    members: dict[str, list[Complaint]] = {}
    for complaint in complaints:
        for value in groups[complaint.id]:
            members.setdefault(value, []).append(complaint)
    return members


def _every_group(complaints: Sequence[Complaint], groups: Mapping[str, Sequence[str]]) -> tuple[GroupCount, ...]:
    return tuple(_group(value, each) for value, each in sorted(_members(complaints, groups).items()))


def _groups(complaints: Sequence[Complaint], groups: Mapping[str, Sequence[str]]) -> tuple[GroupCount, ...]:
    """Return the groups of at least ten, largest first, and what is left together; none where that is fewer than ten.

    What is left takes in the smallest of the others until it has ten: else it could be told by subtraction.
    """
    ordered = sorted(_members(complaints, groups).items(), key=lambda each: (-len(each[1]), each[0]))
    shown = [each for each in ordered if len(each[1]) >= SMALLEST_GROUP]
    left = {each.id: each for _, small in ordered[len(shown) :] for each in small}
    while left and len(left) < SMALLEST_GROUP and shown:
        left |= {each.id: each for each in shown.pop()[1]}
    if not shown:
        return ()
    rest = [_group(OTHERS, list(left.values()))] if left else []
    return (*(_group(value, each) for value, each in shown), *rest)


def _group(value: str, complaints: Sequence[Complaint]) -> GroupCount:
    decided = [each for each in complaints if each.outcome is not None]
    changed = rate(sum(map(_is_changed, decided)), len(decided))
    return GroupCount(value=value, received=len(complaints), decided=len(decided), changed=changed)
