"""The decisions of an auditor's folder: each held against its leaf, its equals, and a ruling made again."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from evenhand.ledger.field_commitments import is_sealed, open_shown, says_sealing
from evenhand.model.log import Leaf
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical_exact, sha256_hex
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook
from evenhand.workflows.audit import folder_format as form
from evenhand.workflows.audit.folder_cells import SeenDecision, ShownCells, ShownDecision, hides_id
from evenhand.workflows.audit.folder_problems import Problems
from evenhand.workflows.audit.folder_replay import NotRuled, Replays
from evenhand.workflows.audit.shown_fields import protected_names
from evenhand.workflows.audit.standalone_reveal import NamedDecisions, Revealed
from evenhand.workflows.audit.unfit_facts import dangling_parents, unfit_facts

ID_CLOSED = "a rule reads the id, which is closed"
"""Why a decision is compared with its equals alone."""

_OLD = " that are shown (a folder of an older version does not show what did not fit: let it be exported again)"


class ShownDecisions:
    """Checks decisions line by line; `end` rules them again and compares the counts."""

    def __init__(
        self,
        manifest: form.FolderManifest,
        leaves: Sequence[Leaf],
        lists: set[tuple[str, str]],
        rulebooks: Mapping[str, Rulebook],
        schemas: Mapping[str, str],
        problems: Problems,
        *,
        sealed_from: int,
    ) -> None:
        """Begin; from the leaf `sealed_from` on records are committed to field by field."""
        self.problems, self.counts, self.not_replayed = problems, Counter[str](), Counter[str]()
        self._manifest, self._leaves, self._lists = manifest, leaves, lists
        self._reads = {name: frozenset(each.reads) for name, each in manifest.rulebooks.items()}
        self._sealed_from = sealed_from
        self.seen: dict[int, SeenDecision] = {}
        self.erased: set[int] = set()
        self._cells = ShownCells(rulebooks, self._reads)
        self._equals: dict[bytes, tuple[str, Ruling]] = {}
        self._wheres: list[str] = []
        self._revealed, self._schemas = Revealed(list(manifest.reveal)), schemas
        self.named = NamedDecisions()
        usable = ((name, rulebooks.get(name)) for name in manifest.rulebooks)
        self._protected = {name: protected_names(each.schema) if each else frozenset() for name, each in usable}
        self._replays = {
            name: Replays(rulebook, self._reads[name], bool(manifest.rulebooks[name].clock_rules))
            for name, rulebook in rulebooks.items()
        }

    def check(self, where: str, line: form.DecisionLine) -> None:
        """Check one decision of the range."""
        if line.payload is UNSET:
            self._check_closed(where, line)
            return
        self.counts["shown"] += 1
        leaf = self._leaves[line.seq]
        if opened_commitment(line) != leaf.c:
            self._add("commitment", where, f"does not open leaf {line.seq}", "what the leaf commits to")
            return
        if says_sealing(line.payload):
            self._sealed_from = min(self._sealed_from, line.seq)
        try:
            decision = msgspec.convert(line.payload, ShownDecision)
        except msgspec.ValidationError as error:
            self._add("line", where, f"cannot be read ({error})", "a decision")
            return
        self._check_inputs(where, decision, leaf)
        key = self._compare(where, decision)
        if key is not None:
            self._check_shown(where, line.payload, decision.inputs.rulebook.removeprefix("sha256:"))
        if key is not None and self._manifest.report is not None:
            facts = hashlib.sha256(key + decision.decision.encode()).digest()
            self.seen[line.seq] = self._cells.seen(decision, facts)

    def end(self) -> None:
        """Rule again what can be, and compare the counts with those that the folder states."""
        for replays in self._replays.values():
            for at, recorded, ruling in replays.differing():
                expected = (
                    f"{_words(ruling)}, as Cedar rules the facts{_OLD if recorded.decision == 'nodecision' else ''}"
                )
                self._add("replay", self._wheres[at], f"is {_words(recorded)}", expected)
        for name in () if any(leaf.kind == "erasure" for leaf in self._leaves) else self._revealed.missing():
            self._add("reveal", form.MANIFEST, f"reveal names {name}", "a decision that shows it, or not that name")
        for name in ("shown", "withheld", "erased"):
            stated = getattr(self._manifest, name)
            if self.counts[name] != stated:
                expected = f"{self.counts[name]}, as {form.DECISIONS} has"
                self._add("manifest", form.MANIFEST, f"{name} {stated}", expected)

    def _add(self, kind: str, where: str, what: str, expected: str) -> None:
        self.problems.add(kind, where, what, expected)

    def _check_closed(self, where: str, line: form.DecisionLine) -> None:
        if line.erased is UNSET:
            self.counts["withheld"] += 1
            if line.seq > self._sealed_from:
                earlier = f"leaf {self._sealed_from}, an earlier one, is committed to field by field"
                self._add("withheld", where, f"is withheld, but {earlier}", "what may be seen of it")
            return
        self.counts["erased"] += 1
        self.erased.add(line.seq)
        if not line.seq < line.erased < len(self._leaves) or self._leaves[line.erased].kind != "erasure":
            self._add("erased", where, f"leaf {line.erased} erases nothing", "a later leaf of kind erasure")

    def _check_inputs(self, where: str, decision: ShownDecision, leaf: Leaf) -> None:
        inputs = decision.inputs
        rows = "".join(f"{key} {sha256.removeprefix('sha256:')}\n" for key, sha256 in sorted(inputs.lists.items()))
        if inputs.rulebook != leaf.rulebook or f"sha256:{sha256_hex(rows.encode())}" != leaf.lists:
            self._add("leaf", where, "names another rulebook or other lists than its leaf", leaf.rulebook)
        for key, sha256 in sorted(inputs.lists.items()):
            if (key, sha256) not in self._lists:
                self._add("list", where, f"list {key} {sha256} has no record", f"a list_version in {form.RECORDS}")

    def _check_shown(self, where: str, payload: dict[str, Any], rulebook: str) -> None:
        schema = self._schemas.get(rulebook, "")
        shown = self._revealed.add(payload, rulebook, self._reads[rulebook], schema, self._protected[rulebook])
        if shown.more:
            self._add("reveal", where, f"shows {', '.join(shown.more)}", f"what reveal of {form.MANIFEST} names")
        if shown.hidden:
            self._add(
                "closed",
                where,
                f"{', '.join(shown.hidden)} is not shown",
                "every protected attribute but money, and the day",
            )

    def _compare(self, where: str, decision: ShownDecision) -> bytes | None:
        """Hold a decision against the first one with equal facts, note it for a replay; return its key."""
        rulebook = decision.inputs.rulebook.removeprefix("sha256:")
        about = self._manifest.rulebooks.get(rulebook)
        if about is None:
            self.not_replayed["rulebook not kept"] += 1
            if rulebook not in self._manifest.unkept:
                self._add(
                    "rulebook", where, f"rulebook {rulebook} is not in the folder", "its files, or that it was not kept"
                )
            return None
        try:
            facts, closed = facts_read(decision.facts, self._reads[rulebook])
            unfit = self._unfit(rulebook, decision.facts)
        except (KeyError, TypeError, AttributeError) as error:
            self._add("line", where, f"cannot be read ({error!r})", "facts")
            return None
        if closed:
            self._add("closed", where, f"{', '.join(closed)} is not shown", "every fact that the rules read")
            return None
        named = {*(about.id_rules if hides_id(decision.facts, self._reads[rulebook]) else ())}
        rules = {*decision.reasons, *decision.errors}
        applied = sorted(rules & {*about.clock_rules, *named})
        turns = sum(turn <= decision.decided_at[:10] for turn in about.turns)
        rest = [facts, unfit, dangling_parents(decision.facts)]
        key = canonical_exact([rulebook, turns, applied, *rest])
        self._note_named(named, rules, [rulebook, turns, sorted({*applied} - named), *rest])
        if unfit:
            self.counts["unfit"] += 1
            if (decision.outcome, decision.decision) != (Outcome.HOLD, "nodecision"):
                expected = f"a hold by no rule: the schema does not know {', '.join(unfit)}"
                self._add("unfit", where, f"is {_words(decision.ruling)}", expected)
        recorded = decision.ruling
        first, ruling = self._equals.setdefault(key, (where, recorded))
        self.counts["compared"] += 1
        self.counts["without_equal"] = len(self._equals)
        if ruling != recorded:
            self._add("outcome", where, f"is {_words(recorded)}", f"{_words(ruling)}, as {first} with equal facts")
        self._ask(where, rulebook, decision.facts, recorded)
        return key

    def _note_named(self, named: set[str], rules: set[str], equals: list[Any]) -> None:
        """Note a decision that rules `named` could have made by an id; `equals` is the same for all but for the id."""
        if named:
            self.named.add(hashlib.sha256(canonical_exact(equals)).digest(), is_named=bool(rules & named))

    def _unfit(self, rulebook: str, facts: Mapping[str, Any]) -> list[str]:
        replays = self._replays.get(rulebook)
        return [] if replays is None else unfit_facts(facts, replays.rulebook.schema)

    def _ask(self, where: str, rulebook: str, facts: Mapping[str, Any], recorded: Ruling) -> None:
        if hides_id(facts, self._reads[rulebook]):
            self.not_replayed[ID_CLOSED] += 1
            return
        if rulebook not in self._replays:
            self.not_replayed["rulebook cannot be used"] += 1
            return
        try:
            self._replays[rulebook].ask(len(self._wheres), facts, recorded)
        except NotRuled as error:
            self.not_replayed[str(error)] += 1
        else:
            self._wheres.append(where)
            self.counts["replayed"] += 1


def opened_commitment(line: form.DecisionLine) -> str | None:
    """Return the commitment that a line opens, None if it opens none."""
    if line.payload is UNSET or line.salt is UNSET:
        return None
    return open_shown(line.payload, line.salt, b"" if line.salts is UNSET else line.salts)


def facts_read(facts: Mapping[str, Any], reads: frozenset[str]) -> tuple[dict[str, Any], list[str]]:
    """Return what rules read of shown facts, and what of it is not shown; ids that are not shown are left out."""
    closed: list[str] = []
    entities = [_entity(entity, reads, closed) for entity in facts["entities"]]
    context = _kept(facts["context"], "context", reads, closed)
    named = [_without_closed_id(facts[name]) for name in ("principal", "action", "resource")]
    return {"context": context, "entities": entities, "named": named}, closed


def _entity(entity: Mapping[str, Any], reads: frozenset[str], closed: list[str]) -> list[Any]:
    kind = entity["uid"]["type"]
    own = {f"@{name}": entity.get(name) for name in ("parents", "tags") if f"{kind}.@{name}" in reads}
    closed += [f"{kind}.{name}" for name, value in own.items() if is_sealed(value)]
    return [_without_closed_id(entity["uid"]), _kept(entity["attrs"], kind, reads, closed), own]


def _kept(members: Mapping[str, Any], kind: str, reads: frozenset[str], closed: list[str]) -> dict[str, Any]:
    kept = {name: value for name, value in members.items() if f"{kind}.{name}" in reads or kind in reads}
    closed += [f"{kind}.{name}" for name, value in kept.items() if is_sealed(value)]
    return {name: _without_closed_id(value) for name, value in kept.items()}


def _without_closed_id(value: Any) -> Any:
    match value:
        case {"__entity": uid} if len(value) == 1:
            return {"__entity": _without_closed_id(uid)}
        case {"id": name, "type": kind} if len(value) == 2 and is_sealed(name):
            return {"type": kind}
        case _:
            return value


def _words(ruling: Ruling) -> str:
    return f"{ruling.outcome} by {list(ruling.reasons)}"
