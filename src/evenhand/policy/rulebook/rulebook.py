"""A rulebook: loaded from its folder, held to its form, and cut to the rules in force on a day."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from pathlib import Path

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.model.facts import Entity, Facts
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.ruling import Rule
from evenhand.policy.annotations import in_force
from evenhand.policy.attribute_access import truncate_before
from evenhand.policy.distinct_questions import QuestionForm, question_form
from evenhand.policy.engine import ENGINE, CedarEngine, PolicyEngine
from evenhand.policy.instant_bands import Cuts, instant_cuts
from evenhand.policy.rulebook.conformance import misfits
from evenhand.policy.rulebook.lint import errors
from evenhand.policy.rulebook.list_mapping import Designations, Laws, Territories
from evenhand.policy.rulebook.reading import FolderFiles, RulebookContents, read_files
from evenhand.policy.rulebook.regime_shares import RegimeShare
from evenhand.policy.schema import SCHEMA_FILE, Environment, Schema
from evenhand.policy.syntax_tree import Policy, literals, to_handle
from evenhand.policy.time_of_day import AT
from evenhand.policy.typed.lowering import lower_all
from evenhand.policy.typed.nodes import Rule as TypedRule

_AT_HAND = 8  # rulebooks of a process: that of the network, its draft, that of people's decisions, kept ones


@dataclass(frozen=True)
class ActiveRules:
    """The rules in force on one day, ready to answer; equal sets of rules are one object.

    `sha256` names the set: it is over the schema and the ids and texts of its rules. `open_engine` holds those that
    read the clock, cut before they do, None if there are none. `named` are entities that the rules look into by
    their own name. `policies` and `open_policies` under `schema` are what other readers make their own of.
    """

    rules: Mapping[str, Rule]
    named: frozenset[tuple[str, str]]
    sha256: str
    engine: PolicyEngine
    open_engine: PolicyEngine | None
    policies: tuple[Policy, ...] = field(repr=False)
    open_policies: tuple[Policy, ...] = field(repr=False)
    schema: Schema = field(repr=False)
    _typed: dict[Environment, tuple[TypedRule, ...]] = field(default_factory=dict, repr=False, compare=False)

    def typed(self, environment: Environment) -> tuple[TypedRule, ...]:
        """Return the rules typed for requests of an environment, in their order; made once for each."""
        if environment not in self._typed:
            self._typed[environment] = lower_all(self.policies, self.schema, environment)
        return self._typed[environment]

    @cached_property
    def reads(self) -> frozenset[str]:
        """Return every path that one of the rules reads."""
        return frozenset[str]().union(*(rule.reads for rule in self.rules.values()))

    @cached_property
    def cuts(self) -> dict[str, Cuts]:
        """Return where rules cut the instants that they only compare, by the last name of their path."""
        return instant_cuts(self.policies)

    @cached_property
    def question_form(self) -> QuestionForm:
        """Return what the rules see of facts, by which `DistinctQuestions` tells questions apart."""
        named = frozenset(each for policy in self.policies for each in literals(policy))
        return question_form(self.reads, named, self.schema, self.cuts)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return the entity types that one of the rules looks into; `context` is among them and no type."""
        return frozenset(path.partition(".")[0] for path in self.reads)


@dataclass(frozen=True)
class Rulebook:
    """One text in Cedar with its schema, designations and territories (`policy.md` §4).

    `sha256` names it: over `schema.cedarschema` and `*.cedar`; `mapping_sha256` is over designations, laws and
    territories; `files` is the SHA-256 of each file of the first. `engine` stands beside the hash wherever a ruling
    is recorded. `designations` are entities by id, `laws` those under which lists name their entries, `shared_hosts`
    hosts that name a platform beside those that every network knows. A `historic` one is loaded in spite of the
    linter's errors, whose codes are in `lint`; who records a decision says it.
    """

    name: str
    sha256: str
    mapping_sha256: str
    files: Mapping[str, str]
    historic: bool
    lint: tuple[str, ...]
    rules: Mapping[str, Rule]
    designations: Mapping[str, Entity]
    laws: Laws
    territories: Territories
    shared_hosts: tuple[str, ...]
    engine: str = ENGINE
    _mapped: Designations = field(repr=False, kw_only=True)
    _source: RulebookContents = field(repr=False, kw_only=True)
    _active: dict[frozenset[str], ActiveRules] = field(default_factory=dict, repr=False, compare=False, kw_only=True)

    @classmethod
    def load(cls, folder: Path, historic: bool = False, variant: str = "") -> "Rulebook":
        """Return the rulebook in `folder`; `variant` is a file in it that stands for its policies.

        Who asks again while no byte of its files is another gets the same one, which costs the reading of files.

        Raises:
            RulebookInvalid: a file is missing or does not hold, or the linter finds an error in a rulebook that is
                not historic; with file, line and column where known, rule and what was expected.
        """
        return _loaded(FolderFiles.of(folder, variant), folder.resolve().name, historic)

    @property
    def source(self) -> RulebookContents:
        """Return everything that the folder says."""
        return self._source

    @property
    def schema(self) -> Schema:
        """Return the types of the facts that the rules may look at."""
        return self._source.schema

    @property
    def shares(self) -> tuple[RegimeShare, ...]:
        """Return the attributes that hold what the parties of one designation own."""
        return self._source.shares

    def knows_context(self, action: str, name: str) -> bool:
        """Return whether requests of an action may carry this attribute in their context."""
        environments = self.schema.environments
        return any(each.action[1] == action and name in each.context.attributes for each in environments)

    def knows_attribute(self, entity: str, name: str) -> bool:
        """Return whether an entity of this type may have this attribute."""
        return entity in self.schema.entities and name in self.schema.entities[entity].attributes.attributes

    def may_lack(self, entity: str, name: str) -> bool:
        """Return whether an entity of this type may have this attribute, and may be without it."""
        return self.knows_attribute(entity, name) and self.schema.entities[entity].attributes.attributes[name].optional

    def within(self, designation: str) -> frozenset[str]:
        """Return a designation and all those that it is in."""
        return self._within[designation] if designation in self._within else frozenset({designation})

    @cached_property
    def _within(self) -> dict[str, frozenset[str]]:
        parents = {name: [parent.id for parent in entity.parents] for name, entity in self.designations.items()}
        above: dict[str, frozenset[str]] = {}
        for name in TopologicalSorter(parents).static_order():
            above[name] = frozenset({name}).union(*(above[parent] for parent in parents.get(name, ())))
        return above

    def designation_for(self, list_key: str, programs: Iterable[str]) -> tuple[tuple[str, bool], ...]:
        """Return (designation id, its owners' shares count) of a list's entry with these programs, sorted."""
        return self._mapped.of(list_key, programs)

    def may_lead_nowhere(self, list_key: str) -> bool:
        """Return whether an entry of a list can have no designation, so that being on it may mean nothing."""
        return self._mapped.may_lead_nowhere(list_key)

    def lists_under(self, designations: Set[str]) -> frozenset[str]:
        """Return the lists that put an entry under one of these designations, or under one that is in it."""
        return self._mapped.lists_of([name for name in self.designations if designations & self.within(name)])

    def missing_rows(self, list_keys: Iterable[str]) -> tuple[str, ...]:
        """Return those of the configured lists for which `designations.csv` has no `*` row."""
        return self._mapped.missing(list_keys)

    def misfits(self, facts: Facts) -> tuple[str, ...]:
        """Return sentences on how facts do not fit the schema, as far as names tell."""
        return misfits(facts, self._source.schema)

    def ids_of(self, entity: str) -> tuple[str, ...] | None:
        """Return the ids that the schema names of an entity type, None where every id may be one."""
        known = self._source.schema.entities.get(entity)
        return (known.members if known is not None else ()) or None

    def check_day(self, day: date) -> None:
        """Refuse a UTC day on which no rule is in force: everybody would be held, and nobody could say by what rule.

        Raises:
            RulebookInvalid: none is.
        """
        if not any(in_force(rule.annotations, day) for rule in self.rules.values()):
            first = min(rule.annotations["effective_from"] for rule in self.rules.values())
            later = f"{first} or later" if day.isoformat() < first else "a day before the last rule ends"
            raise RulebookInvalid(
                f"no rule of the rulebook {self.name} is in force on this day:", got=day.isoformat(), expected=later
            )

    def active(self, day: date) -> ActiveRules:
        """Return the rules in force on a UTC day; made once for each distinct set."""
        ids = frozenset(rule.id for rule in self.rules.values() if in_force(rule.annotations, day))
        if ids not in self._active:
            self._active[ids] = _activate(self._source, ids)
        return self._active[ids]


@lru_cache(maxsize=_AT_HAND)
def _loaded(files: FolderFiles, name: str, historic: bool) -> Rulebook:
    """Return the rulebook of these files; one for all folders of a name in which they say the same.

    INVARIANT: a rulebook is the same to all who have it. Whatever it keeps for later (`active`) hangs on it alone.
    """
    source = read_files(files, historic)
    return Rulebook(
        name=name,
        sha256=source.sha256,
        mapping_sha256=source.mapping_sha256,
        files=source.files,
        historic=historic,
        lint=tuple(sorted({found.code for found in errors(source.lint)})),
        rules=source.rules,
        designations=source.designations,
        laws=source.laws,
        territories=source.territories,
        shared_hosts=source.shared_hosts,
        _mapped=source.mapped,
        _source=source,
    )


def _activate(source: RulebookContents, ids: frozenset[str]) -> ActiveRules:
    """Return the rules with these ids; a rule outside them is not given to the engine at all."""
    policies = [policy for policy in source.policies if policy.id in ids]
    cut = [each for each in (truncate_before(policy, AT, source.schema) for policy in policies) if each is not None]
    texts = [[policy.id, str(to_handle([policy]))] for policy in sorted(policies, key=lambda each: each.id)]
    return ActiveRules(
        rules={policy.id: source.rules[policy.id] for policy in policies},
        named=frozenset[tuple[str, str]]().union(*(source.reads[policy.id].literals for policy in policies)),
        sha256=sha256_hex(canonical_exact([source.files[SCHEMA_FILE], texts])),
        engine=_engine(policies, source.handle),
        open_engine=_engine(cut, source.handle) if cut else None,
        policies=tuple(policies),
        open_policies=tuple(cut),
        schema=source.schema,
    )


def _engine(policies: Iterable[Policy], schema: cedarpy.Schema) -> PolicyEngine:
    return CedarEngine(to_handle(policies), schema)
