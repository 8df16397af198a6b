"""A rulebook's folder, read whole and refused whole: schema, policies, designations and territories."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.model.facts import Entity
from evenhand.model.record import files_sha256
from evenhand.model.ruling import Rule
from evenhand.policy.annotations import VITAL, problems
from evenhand.policy.attribute_access import AttributeAccess, access_of
from evenhand.policy.rulebook.designations import read_entities
from evenhand.policy.rulebook.known_places import KnownPlaces
from evenhand.policy.rulebook.lint import LintedPolicy, LintFinding, errors, lint
from evenhand.policy.rulebook.list_mapping import (
    Designations,
    Laws,
    Territories,
    read_designations,
    read_laws,
    read_shared_hosts,
    read_territories,
)
from evenhand.policy.rulebook.mapping_lint import name_findings
from evenhand.policy.rulebook.own_attributes import own_attribute_findings
from evenhand.policy.rulebook.policy_files import LocatedPolicy, read_policies, read_schema_handle
from evenhand.policy.rulebook.regime_shares import RegimeShare, regime_shares
from evenhand.policy.rulebook.written_values import value_findings
from evenhand.policy.schema import SCHEMA_FILE, Schema, read_schema
from evenhand.policy.syntax_tree import Policy, nodes

# Not among the mapping files, which are hashed: no ruling hangs on it, only who a bid leads to.
SHARED_HOSTS_FILE = "shared_hosts.txt"
MAPPING_FILES = ("designations.json", "designations.csv", "laws.csv", "territories.csv")
# What a release is of beside the rules.
RELEASED_FILES = (*MAPPING_FILES, SHARED_HOSTS_FILE)
_OWN_LIST = "house-"
Table = TypeVar("Table")


@dataclass(frozen=True)
class FolderFiles:
    """The files of a rulebook's folder, read once; equal where they say the same, wherever the folder is.

    `rules` are schema and policies, `released` what a release is of beside them; both in name order.
    """

    folder: Path = field(compare=False)
    rules: tuple[tuple[str, bytes], ...]
    released: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, folder: Path, variant: str = "") -> "FolderFiles":
        """Return the files that are in a folder; `variant` is a file in it that stands for its policies.

        Raises:
            RulebookInvalid: there is no schema, or no policies.
        """
        names = [variant] if variant else sorted(path.name for path in folder.glob("*.cedar"))
        if not (folder / SCHEMA_FILE).is_file() or not names:
            raise RulebookInvalid("not a rulebook", where=folder, expected=f"{SCHEMA_FILE} and at least one *.cedar")
        rules = tuple((name, (folder / name).read_bytes()) for name in (*names, SCHEMA_FILE))
        return cls(folder, rules, tuple(_released_files(folder).items()))


@dataclass(frozen=True)
class RulebookContents:
    """Everything a folder says; policies carry their rule's id and stand in the order of the text.

    `mapping_files` is the SHA-256 of each file of which a release is beside the rules. `lint` are the findings; errors
    are among them only in a historic rulebook.
    """

    sha256: str
    mapping_sha256: str
    mapping_files: Mapping[str, str]
    files: Mapping[str, str]
    schema: Schema
    handle: cedarpy.Schema
    policies: tuple[Policy, ...]
    reads: Mapping[str, AttributeAccess]
    rules: Mapping[str, Rule]
    designations: Mapping[str, Entity]
    mapped: Designations
    laws: Laws
    shares: tuple[RegimeShare, ...]
    territories: Territories
    shared_hosts: tuple[str, ...]
    lint: tuple[LintFinding, ...]


@dataclass(frozen=True)
class RulebookDraft:
    """A folder whose texts are Cedar and fit the schema; nothing more is known of its rules yet."""

    rule_files: Mapping[str, bytes]
    schema_text: str
    schema: Schema
    handle: cedarpy.Schema
    policies: Sequence[LocatedPolicy]
    designations: Mapping[str, Entity]
    mapped: Designations
    places: KnownPlaces

    @cached_property
    def reads(self) -> tuple[AttributeAccess, ...]:
        """Return what each policy reads."""
        return tuple(access_of(each.policy, self.schema) for each in self.policies)

    def findings(self) -> tuple[LintFinding, ...]:
        """Return what the linter says of the rules."""
        read = zip(self.policies, self.reads, strict=True)
        policies = [LintedPolicy(each.policy, reads, nodes(each.policy)) for each, reads in read]
        own = own_attribute_findings(policies, self.schema)
        return (*lint(policies, self.schema, self._house), *value_findings(policies, self.schema, self.places), *own)

    @cached_property
    def _house(self) -> frozenset[str]:
        """Return the designations that say so of themselves, or that one of the network's own lists leads to."""
        own = {name for name, entity in self.designations.items() if entity.attrs.get("house") is True}
        rows = self.mapped.rows.items()
        return frozenset(own | {name for (list_key, _), (name, _) in rows if list_key.startswith(_OWN_LIST)})

    def shown(self, found: LintFinding) -> RulebookInvalid:
        """Return a finding as the error that shows its place."""
        rule = next(each for each in self.policies if each.policy.id == found.rule)
        return rule.invalid(f"lint {found.severity} {found.code} of rule {found.rule}: {found.message}", found.about)


def read_draft(folder: Path, variant: str = "") -> RulebookDraft:
    """Return schema, policies and designations of a rulebook's folder, the rules still unchecked.

    The `*.cedar` files are one text in name order; each is parsed by itself, so that an error names its file.
    `variant` is a file in the folder that stands for all of them: a whole other rulebook.

    Raises:
        RulebookInvalid: no schema or policies, no Cedar, no strict validation, or territories that do not hold.
    """
    return _draft(FolderFiles.of(folder, variant))


def _draft(read: FolderFiles) -> RulebookDraft:
    folder, rule_files = read.folder, dict(read.rules)
    texts = {name: _text(data, folder / name) for name, data in rule_files.items()}
    schema_text = texts.pop(SCHEMA_FILE)
    handle = read_schema_handle(schema_text, folder / SCHEMA_FILE)
    schema = read_schema(schema_text, str(folder / SCHEMA_FILE))
    members = {name: kind.members for name, kind in schema.entities.items() if kind.members}
    table = partial(_table, folder, dict(read.released))
    designations = table(
        "designations.json", lambda text, where: read_entities(text, Path(where), handle), dict[str, Entity]()
    )
    try:
        mapped = table("designations.csv", partial(read_designations, designations), Designations())
    except RulebookInvalid:
        mapped = Designations()  # `read_files` refuses it by its line
    return RulebookDraft(
        rule_files=rule_files,
        schema_text=schema_text,
        schema=schema,
        handle=handle,
        policies=read_policies(folder, texts, handle, members),
        designations=designations,
        mapped=mapped,
        places=KnownPlaces.of(_table(folder, dict(read.released), "territories.csv", read_territories, Territories())),
    )


def read_folder(folder: Path, historic: bool = False, variant: str = "") -> RulebookContents:
    """Return what a rulebook's folder says; a historic one in spite of the linter's errors.

    Raises:
        RulebookInvalid: it is no draft, an annotation is out of its form, an id is given twice, the linter finds an
            error, or the mapping does not hold.
    """
    return read_files(FolderFiles.of(folder, variant), historic)


def read_files(read: FolderFiles, historic: bool) -> RulebookContents:
    """Return what the files of a rulebook say, as `read_folder` does; nothing of it tells where the folder is.

    Raises:
        RulebookInvalid: as there.
    """
    draft = _draft(read)
    by_id = held_to_form(draft)
    findings = draft.findings()
    for found in () if historic else errors(findings):
        raise draft.shown(found)
    reads = dict(zip(by_id, draft.reads, strict=True))
    if draft.designations:
        check_members(reads, draft.designations, by_id)
    folder, files = read.folder, dict(read.released)
    schema_file = folder / SCHEMA_FILE
    mapping = {name: data for name, data in files.items() if name in MAPPING_FILES}
    table = partial(_table, folder, files)

    return RulebookContents(
        sha256=files_sha256(draft.rule_files),
        mapping_sha256=files_sha256(mapping),
        mapping_files=_hashes(files),
        files=_hashes(draft.rule_files),
        schema=draft.schema,
        handle=draft.handle,
        policies=tuple(each.policy for each in draft.policies),
        reads=reads,
        rules={rule_id: _rule(each.policy, reads[rule_id]) for rule_id, each in by_id.items()},
        designations=draft.designations,
        mapped=table("designations.csv", partial(read_designations, draft.designations), Designations()),
        laws=table("laws.csv", read_laws, Laws()),
        shares=regime_shares(draft.schema, draft.designations, draft.schema_text, schema_file),
        territories=table("territories.csv", read_territories, Territories()),
        shared_hosts=table(SHARED_HOSTS_FILE, read_shared_hosts, ()),
        lint=findings,
    )


def mapping_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a rulebook's folder that says what lists, places and hosts mean."""
    return _hashes(_released_files(folder))


def _released_files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in RELEASED_FILES if (folder / name).is_file()}


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def mapping_findings(folder: Path, draft: RulebookDraft) -> tuple[LintFinding, ...]:
    """Return findings of no rule: on names in the mapping that mean nothing, and on designations that no rule asks for.

    Raises:
        RulebookInvalid: a file of the mapping does not hold.
    """
    table = partial(_table, folder, _released_files(folder))
    mapped = table("designations.csv", partial(read_designations, draft.designations), Designations())
    laws, territories = table("laws.csv", read_laws, Laws()), table("territories.csv", read_territories, Territories())
    unread = _unread_designations(folder / "designations.csv", draft, mapped)
    return (*unread, *name_findings(folder, mapped, laws, territories))


def _unread_designations(path: Path, draft: RulebookDraft, mapped: Designations) -> Iterator[LintFinding]:
    requested = {name for read in draft.reads for kind, name in read.groups if kind == "Designation"}
    above = {name: [parent.id for parent in entity.parents] for name, entity in draft.designations.items()}
    for designation, list_key in sorted(mapped.named.items()):
        found, waiting = set[str](), [designation]
        while waiting:
            found.add(name := waiting.pop())
            waiting.extend(set(above.get(name, ())) - found)
        if not found & requested:
            message = f"no rule checks it, so entries of {list_key} have no effect"
            yield LintFinding("designation-unread", "", "warning", f"{path}: {designation}: {message}")


def _table(
    folder: Path, files: Mapping[str, bytes], name: str, read: Callable[[str, str], Table], absent: Table
) -> Table:
    """Return what a file that may be missing says."""
    return read(_text(files[name], folder / name), str(folder / name)) if name in files else absent


def _text(data: bytes, where: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RulebookInvalid("not UTF-8", where=where, line=line) from error


def held_to_form(draft: RulebookDraft) -> dict[str, LocatedPolicy]:
    """Return the policies by their rule's id, once it is known of each what it asks for and when it is in force.

    Raises:
        RulebookInvalid: an annotation is out of its form, or an id is given twice.
    """
    by_id: dict[str, LocatedPolicy] = {}
    for written in draft.policies:
        policy, rule_id = written.policy, written.policy.annotations.get("id")
        rule = f"rule {rule_id}" if rule_id else f"policy {written.place + 1} of the file"
        for each in problems(policy.annotations, policy.effect == "forbid"):
            if each.name in VITAL:
                raise written.invalid(f"{each.what} of {rule}", f"@{each.name}", got=each.got, expected=each.expected)
        if policy.id in by_id:
            raise written.invalid("duplicate rule id", "@id", got=policy.id, expected="each id once")
        by_id[policy.id] = written
    return by_id


def _rule(policy: Policy, reads: AttributeAccess) -> Rule:
    return Rule(
        id=policy.id,
        forbids=policy.effect == "forbid",
        annotations=dict(policy.annotations),
        reads=reads.paths,
        actions=reads.actions,
        members=reads.members,
    )


def check_members(
    reads: Mapping[str, AttributeAccess], designations: Mapping[str, Entity], written: Mapping[str, LocatedPolicy]
) -> None:
    """Refuse a rule that asks for a designation nobody can be under: a slip of the pen would let everyone pass.

    Raises:
        RulebookInvalid: there is one.
    """
    for rule_id, read in reads.items():
        for kind, member in sorted(read.groups):
            if kind == "Designation" and member not in designations:
                what = f"rule {rule_id} checks an unknown designation"
                raise written[rule_id].invalid(what, member, got=member, expected="an id of designations.json")
