"""One rule in plain words: whom it is about, when it applies, what follows, and what it looks at in what role."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from evenhand.model.record import Record
from evenhand.policy.annotations import legal_basis, relied_on
from evenhand.policy.attribute_roles import covers, roles
from evenhand.policy.attribute_words import spoken
from evenhand.policy.rulebook.phrases import Phrase, PhraseList, Phrases, either, outline, with_article
from evenhand.policy.rulebook.reading import RulebookContents
from evenhand.policy.schema import Environment
from evenhand.policy.syntax_tree import Policy, environments_of, pst

_FOLLOWS = {
    "refuse": "it is refused",
    "hold": "it is on hold for manual review",
    "limit": "it is limited: {}",
    "label": "it is labelled: {}",
}
_ROLES = {
    "protected": "protected ({}): no rule may let the outcome depend on it without a law that says so",
    "proxy": "a proxy of {}: it tells much about what is protected",
    "association": "an association ({}): whom it resembles or meets, not what it does",
    "claims": "claims ({}): no lasting restriction may rest on them alone",
    "anonymous": "anonymous ({}): no refusal may rest on it",
}
_DIRECTIONS = {
    "up": "a higher value never softens the outcome",
    "down": "a higher value never makes the outcome stricter",
}
_SPECIAL = {
    "@id": "who it is: no rule may let the outcome depend on it",
    "@parents": "the lists that name it, by their designations",
    "@tags": "its tags",
}


class AttributeUse(Record, frozen=True, kw_only=True):
    """Something that a rule looks at, by its path in the schema, and in what role."""

    path: str
    role: str


class RuleExplanation(Record, frozen=True, kw_only=True):
    """A rule in words; `when` and `unless` are lines, what is indented belongs to the line above it."""

    id: str
    title: str
    who: str
    what: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    then: str
    why: str
    ground: str
    criteria: str
    exempt: str
    notice: str
    in_force: str
    owner: str
    looks_at: tuple[AttributeUse, ...]


def explain(source: RulebookContents, rule_id: str) -> RuleExplanation:
    """Return a rule of a rulebook in words, made from the rule itself and the names of the schema."""
    policy = next(each for each in source.policies if each.id == rule_id)
    environments = list(environments_of(policy, source.schema))
    phrases = Phrases(source.schema, environments)
    notes = policy.annotations
    return RuleExplanation(
        id=rule_id,
        title=notes.get("title", ""),
        who=_who(policy, phrases),
        what=_what(policy, environments, phrases),
        when=tuple(outline(_asked(policy, phrases, pst.When)) if _clauses(policy, pst.When) else ["always"]),
        unless=tuple(outline(_asked(policy, phrases, pst.Unless)) if _clauses(policy, pst.Unless) else []),
        then=_then(policy),
        why=notes.get("why", ""),
        ground=_ground(policy),
        criteria=notes.get("criteria", ""),
        exempt=notes.get("exempts", ""),
        notice=_notice(notes),
        in_force=_in_force(notes),
        owner=notes.get("owner", ""),
        looks_at=tuple(_looks(source, policy)),
    )


def lines(explained: RuleExplanation) -> Iterator[str]:
    """Yield what a person reads, a line each."""
    yield explained.id
    yield from ([explained.title] if explained.title else [])
    yield ""
    looks = [f"{_without_marks(look.path)}: {look.role}" for look in explained.looks_at]
    for name, words in (
        ("Who", [explained.who]), ("What", [explained.what]), ("When", explained.when), ("Unless", explained.unless),
        ("Then", [explained.then]), ("Why", [explained.why]), ("Ground", [explained.ground]),
        ("Criteria", [explained.criteria]), ("Exempt", [explained.exempt]), ("Notice", [explained.notice]),
        ("In force", [explained.in_force]), ("Owner", [explained.owner]), ("Looks at", looks or ["nothing"]),
    ):  # fmt: skip
        for place, line in enumerate(each for each in words if each):
            yield f"{'' if place else name:<9} {line}"


def _without_marks(path: str) -> str:
    """Return a path of the schema as a reader of rules knows it: `Payer.@parents` is asked for by `in`.

    >>> _without_marks("Payer.@parents"), _without_marks("Payer.@id"), _without_marks("Payer.country")
    ('Payer in a Designation', 'Payer itself', 'Payer.country')
    """
    owner, _, special = path.rpartition(".")
    return {"@parents": f"{owner} in a Designation", "@id": f"{owner} itself", "@tags": f"tags of {owner}"}.get(
        special, path
    )


def _clauses(policy: Policy, kind: type[pst.When] | type[pst.Unless]) -> list[pst.Expr]:
    return [clause.expr for clause in policy.clauses if isinstance(clause, kind)]


def _asked(policy: Policy, phrases: Phrases, kind: type[pst.When] | type[pst.Unless]) -> Phrase:
    """Return what all `when` ask together, or any `unless`; several of one sort are one."""
    together = kind is pst.When
    parts: list[Phrase] = []
    for expr in _clauses(policy, kind):
        words = phrases.condition(expr)
        parts += words.parts if isinstance(words, PhraseList) and words.all == together else [words]
    return parts[0] if len(parts) == 1 else PhraseList(together, tuple(parts))


def _who(policy: Policy, phrases: Phrases) -> str:
    return with_article(f"{phrases.principal}{_scoped(policy.principal, phrases)}")


def _what(policy: Policy, environments: Sequence[Environment], phrases: Phrases) -> str:
    """Return the actions, each with what it is done to."""
    done: dict[str, dict[str, None]] = {}
    for environment in environments:
        done.setdefault(spoken(environment.action[1]), {})[with_article(spoken(environment.resource))] = None
    actions = [f"{action} ({either(resources)})" for action, resources in done.items()]
    return f"{either(actions)}{_scoped(policy.resource, phrases)}"


def _scoped(scope: pst.PrincipalOrResourceConstraint, phrases: Phrases) -> str:
    match scope:
        case pst.ScopeEq(pst.EntityUid() as entity):
            return f" that is {phrases.thing(pst.EntityLit(entity))}"
        case pst.ScopeIn(pst.EntityUid() as entity) | pst.ScopeIsIn(_, pst.EntityUid() as entity):
            return f" in {phrases.thing(pst.EntityLit(entity))}"
        case _:
            return ""


def _then(policy: Policy) -> str:
    if policy.effect == "permit":
        return "it is allowed, if no other rule says otherwise"
    verdict = policy.annotations.get("verdict", "")
    return _FOLLOWS.get(verdict, verdict).format(policy.annotations.get(verdict, ""))


def _ground(policy: Policy) -> str:
    if policy.effect == "permit":
        return ""
    basis = legal_basis(policy.annotations)
    law = f"the law ({basis[2]}): {basis[0]}, {basis[1]}" if basis else ""
    if policy.annotations.get("ground") == "illegal":
        return law
    return f"the network's own terms{f', with regard to {law}' if law else ''}"


def _notice(notes: Mapping[str, str]) -> str:
    match notes.get("notice_days"):
        case None:
            return ""
        case "0":
            return "none: effective immediately"
        case days:
            return f"{days} day{'' if days == '1' else 's'} before it takes effect on a client"


def _in_force(notes: Mapping[str, str]) -> str:
    until = notes.get("effective_until")
    return f"from {_day(notes['effective_from'])}{f' until {_day(until)}, not included' if until else ''}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B} {day.year}"


def _looks(source: RulebookContents, policy: Policy) -> Iterator[AttributeUse]:
    known, relied = roles(source.schema), relied_on(policy.annotations)
    for path in sorted(source.reads[policy.id].paths):
        role = _SPECIAL.get(path.rpartition(".")[2]) or _role(known.get(path, {}))
        if any(covers(each, path) for each in relied):
            role += "; the law behind this rule relies on it"
        yield AttributeUse(path=path, role=role)


def _role(notes: Mapping[str, str]) -> str:
    words = [text.format(notes[name]) for name, text in _ROLES.items() if name in notes]
    if notes.get("direction") in _DIRECTIONS:
        words.append(_DIRECTIONS[notes["direction"]])
    return "; ".join(words) or "free to read"
