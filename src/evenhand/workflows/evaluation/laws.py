"""The laws that a decision rests on: those of the lists and programmes among the findings of its own case."""

from collections.abc import Iterator

from evenhand.model.decision import Decision
from evenhand.model.finding import Finding
from evenhand.model.ruling import Rule
from evenhand.policy.annotations import legal_basis
from evenhand.workflows.evaluation.run_context import RunContext

_LIST = "list:"
_ALL_SHARES = "designated_share_bp"
_SAME = {"UK": "GB"}


def laws_of(run_context: RunContext, decision: Decision) -> dict[str, tuple[str, ...]]:
    """Return by rule the legal bases that this case rests on, for rules of law that ask who is listed.

    They are those that `laws.csv` names for the lists and programmes of the entries found and that bind the network;
    where a rule asks what listed parties own, its own `@legal_basis` besides. Where `laws.csv` names none, the
    rule's own counts if its jurisdiction is that of one of the lists, and otherwise no law does: none of the
    findings rests on it. A rule that asks for no list is not among them.
    """
    known = run_context.rulebook.rules
    rules = (known[name] for name in decision.reasons if name in known)
    lawful = (rule for rule in rules if rule.forbids and rule.annotations.get("ground") == "illegal")
    return {rule.id: _laws(run_context, decision, rule) for rule in lawful if _asks_who_is_listed(run_context, rule)}


def programs_without_law(run_context: RunContext) -> tuple[str, ...]:
    """Return a sentence on each programme of a binding list that `laws.csv` does not name and parties are under."""
    under: dict[tuple[str, str], set[str]] = {}
    for party, view in run_context.views.items():
        for finding in (each for found in view.parents.values() for each in found if each.certain):
            entity = run_context.entity_of(finding)
            programs = entity.values("program") if entity is not None and finding.kind == "listed" else ()
            for program in run_context.rulebook.laws.without_row(finding.list, programs, run_context.bound_by):
                under.setdefault((finding.list, program), set()).add(party)
    return tuple(
        f"laws.csv names no law for programme {program} of {list_key}, under which {_parties(len(parties))} listed: "
        "the rule's own @legal_basis is cited"
        for (list_key, program), parties in sorted(under.items())
    )


def designations_of_law(run_context: RunContext) -> frozenset[str]:
    """Return the designations that rules ask for which carry out a law that binds the network."""
    bound = set(run_context.bound_by)
    rules = run_context.rulebook.rules.values()
    lawful = (each for each in rules if each.forbids and each.annotations.get("ground") == "illegal")
    return frozenset(name for rule in lawful if _jurisdiction(rule) in bound for _, name in rule.members)


def _parties(count: int) -> str:
    return "1 party is" if count == 1 else f"{count} parties are"


def _laws(run_context: RunContext, decision: Decision, rule: Rule) -> tuple[str, ...]:
    own, publishers = rule.annotations.get("legal_basis", ""), set[str]()
    named: dict[str, None] = {}
    designations = _designations_of(run_context, rule)
    for list_key, program in dict.fromkeys(_programs(run_context, decision, rule)):
        under = _designations(run_context, list_key, program, designations)
        publishers |= {_publisher(run_context, name) for name in under}
        if under:
            named |= dict.fromkeys(
                run_context.rulebook.laws.of(list_key, filter(None, [program]), run_context.bound_by)
            )
    is_own = _jurisdiction(rule) in publishers or not publishers
    if named:
        by_shares = is_own and not rule.members
        return (*named, own) if by_shares else tuple(named)
    return (own,) if is_own else ()


def _asks_who_is_listed(run_context: RunContext, rule: Rule) -> bool:
    by_share = any(path.endswith(f".{_ALL_SHARES}") for path in rule.reads)
    return bool(rule.members or by_share or any(each.path in rule.reads for each in run_context.rulebook.shares))


def _designations_of(run_context: RunContext, rule: Rule) -> frozenset[str]:
    """Return the designations that a rule asks for; none if it adds up the shares of all."""
    shares = (each.regime.designation for each in run_context.rulebook.shares if each.path in rule.reads)
    if any(path.endswith(f".{_ALL_SHARES}") for path in rule.reads):
        return frozenset()
    return frozenset({*(name for _, name in rule.members), *shares})


def _designations(run_context: RunContext, list_key: str, program: str, designations: frozenset[str]) -> list[str]:
    found = (name for name, _ in run_context.rulebook.designation_for(list_key, filter(None, [program])))
    return [name for name in found if not designations or designations & run_context.rulebook.within(name)]


def _publisher(run_context: RunContext, designation: str) -> str:
    entity = run_context.rulebook.designations[designation]
    publisher = str(entity.attrs.get("publisher", ""))
    return "house" if entity.attrs.get("house") is True else _SAME.get(publisher, publisher)


def _jurisdiction(rule: Rule) -> str:
    basis = legal_basis(rule.annotations)
    return _SAME.get(basis[2], basis[2]) if basis is not None else ""


def _programs(run_context: RunContext, decision: Decision, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield list and programme of every listed end that a rule's findings rest on: of ownership those of all owners.

    An entry without programmes has the programme ``""``.
    """
    grounds = {(kind, end) for name, kind, end in decision.grounds if name == rule.id}
    for finding in decision.findings:
        if (finding.kind, finding.entity_id or finding.party_id) in grounds:
            for list_key, entity_id in listed_ends(finding):
                entity = run_context.entry(list_key, entity_id)
                if entity is not None:
                    yield from ((list_key, program) for program in entity.values("program") or ("",))


def listed_ends(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield list and entry of every listed end of a finding: of ownership those of all owners."""
    if finding.entity_id:
        yield finding.list, finding.entity_id
    for source in finding.sources:
        version, _, entity_id = source.removeprefix(_LIST).partition("#")
        if source.startswith(_LIST) and entity_id:
            yield version.partition("@")[0], entity_id
