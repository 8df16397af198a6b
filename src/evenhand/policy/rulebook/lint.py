"""What is wrong or doubtful about rules that are in form: each law of equal treatment that reading alone can hold.

An error refuses the rulebook; a warning is for the prover, or a person, to decide.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, NamedTuple

from evenhand.policy.annotations import KNOWN, effect_beyond_end, legal_basis, misplaced, problems, relied_on, unknown
from evenhand.policy.attribute_access import AttributeAccess
from evenhand.policy.attribute_roles import covers, roles
from evenhand.policy.close_bounds import LEAST_DAYS, close_bounds
from evenhand.policy.exact_texts import exact_texts
from evenhand.policy.schema import Schema
from evenhand.policy.serve_requests import never_told
from evenhand.policy.syntax_tree import Policy, entities_among
from evenhand.policy.time_of_day import AT, PARTIES, only_serves, reads_time_of_day, serves_alone

TERRITORIES = "context.territories"

_ROLES = ("protected", "proxy", "association", "anonymous", "claims")  # of attributes that lint asks for

Severity = Literal["error", "warning"]


class LintFinding(NamedTuple):
    """One thing about one rule; `about` is `@` and an annotation, or a text in the rule, that it is about."""

    code: str
    rule: str
    severity: Severity
    message: str
    about: str = ""


class LintedPolicy(NamedTuple):
    """A policy under its rule's id, else its place in the text (`policy3`), what it reads, and its nodes."""

    policy: Policy
    reads: AttributeAccess
    nodes: tuple[object, ...]


def lint(policies: Sequence[LintedPolicy], schema: Schema, house: Set[str]) -> tuple[LintFinding, ...]:
    """Return the findings, by rule in the order of the text, one a code and rule.

    `house` are the designations that the network itself puts parties under.

    Source: `policy.md` §12.
    """
    marked = roles(schema)
    by_role = {role: [path for path, notes in marked.items() if role in notes] for role in _ROLES}
    proxies = frozenset(path.rpartition(".")[2] for path in by_role["proxy"])
    times = Counter(each.policy.id for each in policies)
    alone = next((each.policy.id for each in policies if serves_alone(each.policy, each.reads.actions)), "")
    known = _Known(schema, by_role, proxies, _owned(schema), house, alone)
    once: dict[tuple[str, str], LintFinding] = {}
    for each in policies:
        rule = _Rule(*each, times[each.policy.id] > 1, known)
        for found in rule.findings():
            once.setdefault((found.code, found.rule), found)
    return tuple(once.values())


def _owned(schema: Schema) -> frozenset[str]:
    """Return the entity types of which each entity is one party's: parties, what they ask for, and what that is in."""
    resources = {each.resource for each in schema.environments if each.principal.rpartition("::")[2] in PARTIES}
    around = {above for kind in resources for above in schema.entities[kind].ancestors}
    return PARTIES | {kind for kind in resources | around if not schema.entities[kind].members}


def errors(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Return the findings that refuse a rulebook."""
    return tuple(found for found in findings if found.severity == "error")


@dataclass(frozen=True)
class _Known:
    """What there is to know about what rules read: the attributes of each role, and the last names of proxies.

    `serves_alone` is a rule because of which runs rule serving as well as buying, `""` if there is none.
    """

    schema: Schema
    by_role: Mapping[str, Sequence[str]]
    proxies: Set[str]
    owned: Set[str]
    house: Set[str]
    serves_alone: str


@dataclass(frozen=True)
class _Rule:
    """A policy with its nodes and what it reads; `repeated` says that another has its id."""

    policy: Policy
    reads: AttributeAccess
    nodes: tuple[object, ...]
    repeated: bool
    known: _Known

    def findings(self) -> Iterator[LintFinding]:
        yield from self._form()
        yield from self._unknown()
        yield from self._misplaced()
        yield from self._basis()
        yield from self._notice()
        yield from self._kind()
        yield from self._names()
        yield from self._close_bounds()
        yield from self._exact_texts()
        yield from self._protected()
        yield from self._refusal()
        yield from self._time_of_day()
        yield from self._gate()

    @cached_property
    def _notes(self) -> Mapping[str, str]:
        return self.policy.annotations

    @cached_property
    def _forbids(self) -> bool:
        return self.policy.effect == "forbid"

    def _error(self, code: str, message: str, about: str = "") -> LintFinding:
        return LintFinding(code, self.policy.id, "error", message, about)

    def _warning(self, code: str, message: str, paths: Sequence[str]) -> LintFinding:
        return LintFinding(code, self.policy.id, "warning", message, paths[0].rpartition(".")[2])

    def _form(self) -> Iterator[LintFinding]:
        if self.repeated:
            yield self._error("duplicate-id", f"more than one rule has the id `{self.policy.id}`", "@id")
        found = list(problems(self._notes, self._forbids))
        absent = [each for each in found if each.got is None]
        if any(each.name == "id" for each in absent):
            yield self._error("missing-id", "the rule has no @id, by which decisions name it")
        missing = [each for each in absent if each.name != "id"]
        if missing:
            names = ", ".join(f"@{each.name}" for each in missing)
            yield self._error("missing-annotation", f"no {names}; expected {missing[0].expected}")
        for problem in found:
            if problem.got is not None:
                message = f"@{problem.name} is `{problem.got}`; expected {problem.expected}"
                yield self._error("bad-annotation", message, f"@{problem.name}")

    def _unknown(self) -> Iterator[LintFinding]:
        found = unknown(self._notes)
        if found:
            names = ", ".join(
                f"@{name} (did you mean @{meant}?)" if meant else f"@{name}" for name, meant in found.items()
            )
            known = "" if all(found.values()) else f"; known: {', '.join(f'@{name}' for name in KNOWN)}"
            yield self._error("unknown-annotation", f"nothing reads {names}{known}", f"@{next(iter(found))}")

    def _misplaced(self) -> Iterator[LintFinding]:
        found = misplaced(self._notes, self._forbids)
        if not found:
            return
        names = ", ".join(f"@{name}" for name in found)
        if self._forbids:
            message = f"{names} without effect: @verdict is {self._notes['verdict']}; leave it out, or change @verdict"
        else:
            message = f"a permit allows, and {names} are of a restriction: write `forbid`, or leave them out"
        yield self._error("misplaced-annotation", message, f"@{found[0]}")

    def _basis(self) -> Iterator[LintFinding]:
        based, relies = "legal_basis" in self._notes, "relies_on" in self._notes
        if self._notes.get("ground") == "illegal" and not based:
            yield self._error(
                "illegal-without-basis", "@ground is illegal, and no @legal_basis names the law", "@ground"
            )
        if not relies:
            return
        if not self._forbids:
            yield self._error(
                "permit-relies", "a permit relies on nothing: it lets no protected attribute matter", "@relies_on"
            )
        elif not based:
            yield self._error(
                "relies-without-basis", "@relies_on without a @legal_basis that would allow it", "@relies_on"
            )
        unread = [path for path in relied_on(self._notes) if not self._reads(path)]
        if unread:
            message = f"@relies_on names attributes that the rule does not read: {', '.join(unread)}"
            yield self._error("relies-unread", message, "@relies_on")
        if not self._reads(TERRITORIES):
            message = f"the law holds only in some territories, and the rule does not check {TERRITORIES}"
            yield self._error("basis-without-territory", message, "@relies_on")

    def _notice(self) -> Iterator[LintFinding]:
        days = self._notes.get("notice_days", "0")
        if self._notes.get("ground") == "illegal" and days.isdecimal() and int(days):
            message = f"@notice_days is {days}, and @ground is illegal: what the law forbids takes effect at once"
            yield self._warning("notice-without-effect", message, ["@notice_days"])
        day = effect_beyond_end(self._notes) if self._forbids else ""
        if day:
            message = (
                f"@notice_days is {days}: of a client who is told on the first day it takes effect on {day} at the"
                f" earliest, and the rule ends on {self._notes['effective_until']}: give less notice, or a later end"
            )
            yield self._warning("notice-beyond-end", message, ["@notice_days"])

    def _kind(self) -> Iterator[LintFinding]:
        verdict = self._notes.get("verdict")
        if self._forbids and verdict in ("label", "limit") and verdict not in self._notes:
            yield self._error(
                f"{verdict}-without-kind", f"@verdict is {verdict}, and no @{verdict} says which", "@verdict"
            )

    def _names(self) -> Iterator[LintFinding]:
        named = entities_among(self.nodes)
        parties = [
            f'{kind}::"{name}"'
            for kind, name in named
            if kind in self.known.owned or kind.rpartition("::")[2] in PARTIES
        ]
        if parties:
            message = f"names {', '.join(parties)}: a rule states criteria, and parties are data"
            yield self._error("names-party", message, parties[0])
        house = [name for kind, name in named if kind == "Designation" and name in self.known.house]
        if house and "criteria" not in self._notes:
            message = f"rests on the network's own list {', '.join(house)}, and no @criteria says who is put on it"
            yield self._error("house-list-without-criteria", message, house[0])

    def _close_bounds(self) -> Iterator[LintFinding]:
        found = close_bounds(self.policy, self.nodes)
        if found:
            message = (
                f"asks for {', '.join(found)} so exactly that it can single out a party: an exact value, or bounds less"
                f" than {LEAST_DAYS} days or a hundredth apart; a rule states criteria: write one bound, or wider ones"
            )
            yield self._error("singles-out", message, found[0].rpartition(".")[2])

    def _exact_texts(self) -> Iterator[LintFinding]:
        found = exact_texts(self.nodes, self.known.proxies)
        if found:
            message = (
                f"asks for {', '.join(found)} so exactly that it can single out a party: a text that one party has,"
                " or the whole of a set; a rule states criteria: ask for single members of a set, or keep a list"
            )
            yield self._error("singles-out", message, found[0])

    def _protected(self) -> Iterator[LintFinding]:
        relied = relied_on(self._notes) if self._forbids and legal_basis(self._notes) else ()
        found = [
            path for role in ("protected", "proxy") for path in self._read_with(role)
            if not any(covers(each, path) for each in relied)
        ]  # fmt: skip
        if found:
            message = f"reads {', '.join(found)} without a legal basis that allows it"
            yield self._warning("reads-protected", message, found)

    def _refusal(self) -> Iterator[LintFinding]:
        if self._forbids and self._notes.get("verdict") == "refuse":
            for role, of in (("association", "whom it resembles or meets"), ("anonymous", "what unnamed sources say"),
                             ("claims", "what reports say")):  # fmt: skip
                found = self._read_with(role)
                if found:
                    message = f"refuses and reads {of}: {', '.join(found)}"
                    yield self._warning(f"refuses-on-{role}", message, found)

    def _time_of_day(self) -> Iterator[LintFinding]:
        if not self._reads(AT) or not reads_time_of_day(self.policy):
            return
        stands = "a run decides for all hours at once, and would go by its own hour; "
        if not only_serves(self.policy, self.known.schema):
            message = f'reads the time of day and covers more than serving: {stands}write action == Action::"serve"'
            yield self._error("time-of-day", message, "toTime")
        elif alone := self.known.serves_alone:
            message = (
                f"reads the time of day, and because rule `{alone}` covers `serve` and not `buy`, runs rule"
                f" serving too: {stands}let `{alone}` cover both"
            )
            yield self._error("time-of-day", message, "toTime")

    def _gate(self) -> Iterator[LintFinding]:
        names = never_told(self.reads, self.known.schema)
        if names:
            message = f"asks for {', '.join(names)}, which no bid tells: the gate holds each bid that it may apply to"
            yield self._warning("gate-not-told", message, names)

    def _read_with(self, role: str) -> list[str]:
        """Return the attributes of a role that the rule reads."""
        return [path for path in self.known.by_role[role] if self._reads(path)]

    @cached_property
    def _reached(self) -> frozenset[str]:
        """Return what the rule reads, and every record around it."""
        return frozenset(each for read in self.reads.paths for each in _and_around(read))

    def _reads(self, path: str) -> bool:
        return path in self._reached or any(each in self.reads.paths for each in _and_around(path))


@cache
def _and_around(path: str) -> tuple[str, ...]:
    """Return a path and those of the records around it.

    >>> _and_around("Advertiser.media.control")
    ('Advertiser.media.control', 'Advertiser.media', 'Advertiser')
    """
    steps = path.split(".")
    return tuple(".".join(steps[:end]) for end in range(len(steps), 0, -1))
