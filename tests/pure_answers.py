"""Answers of functions that hang on their arguments alone and cost much: each is found once for all tests."""

import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from evenhand.ledger import log_reader
from evenhand.ledger.leaf import Leaf
from evenhand.ledger.sealing_forms import SealingForms
from evenhand.model.certificate import Certificate
from evenhand.model.facts import Facts
from evenhand.model.record import record_sha256
from evenhand.model.residual import Residual
from evenhand.policy import Rulebook
from evenhand.policy.residuals import Conditions, PartyResiduals
from evenhand.workflows.delivery import gate_conditions
from evenhand.workflows.rulebooks import release

T = TypeVar("T")


@contextmanager
def answers_found_once(shared: Path) -> Iterator[None]:
    """Find answers once; `shared` is a folder in which the workers of pytest-xdist give each other what takes seconds.

    The tests of these functions themselves call them elsewhere, or with arguments that no other test has.
    """
    with ExitStack() as stack:
        for once in (_releases_shown_once(shared), _payloads_opened_once(), _conditions_made_once()):
            stack.enter_context(once)
        yield


@contextmanager
def _releases_shown_once(shared: Path) -> Iterator[None]:
    """Proofs, tests and differences hang on rulebooks' hashes and the day alone: a second time says the same."""
    tried: set[tuple[str, bytes]] = set()
    prove, check, differ = release._proved, release._check_tests, release._difference

    def prove_once(rulebook: Rulebook, day: str) -> Iterator[Certificate]:
        key = ("proved", rulebook.sha256, day, release.LIMIT_S)
        return iter(_shared(shared, key, lambda: tuple(prove(rulebook, day))))

    def check_once(folder: Path, rulebook: Rulebook) -> None:
        requests = folder / release.REQUESTS
        key = rulebook.sha256, requests.read_bytes() if requests.is_file() else b""
        if key not in tried:
            check(folder, rulebook)
            tried.add(key)

    def differ_once(older: Rulebook, newer: Rulebook, day: str) -> str:
        """Two days on which the same rules are in force show the same difference."""
        both = [(each.sha256, each.active(date.fromisoformat(day)).sha256) for each in (older, newer)]
        files = [sorted(each.source.mapping_files.items()) for each in (older, newer)]
        return _shared(shared, ("difference", both, files, release.LIMIT_S), lambda: differ(older, newer, day))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(release, "_proved", prove_once)
        patched.setattr(release, "_check_tests", check_once)
        patched.setattr(release, "_difference", differ_once)
        yield


def _shared(folder: Path, key: object, find: Callable[[], T]) -> T:
    """Return what was found under a key by whichever worker came first; of two at once, each finds it."""
    kept = folder / f"{hashlib.sha256(repr(key).encode()).hexdigest()}.pickle"
    if not kept.exists():
        found = find()
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            pickle.dump(found, file)
        Path(file.name).replace(kept)
        return found
    made: T = pickle.loads(kept.read_bytes())
    return made


@contextmanager
def _payloads_opened_once() -> Iterator[None]:
    """Whether a leaf commits to a payload under a salt is a matter of hashes; tests read the same entries many times.

    Only what was opened is known again: what a test has changed is looked at.
    """
    opens, known = log_reader.opens, set[bytes]()

    def open_once(leaf: Leaf, salt: bytes | None, payload: bytes, forms: SealingForms | None = None) -> bool:
        if salt is None:
            return opens(leaf, salt, payload, forms)
        key = hashlib.sha256(b"%s %d " % (leaf.c.encode(), len(salt)) + salt + payload).digest()
        if key not in known:
            if not opens(leaf, salt, payload, forms):
                return False
            known.add(key)
        return True

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(log_reader, "opens", open_once)
        yield


@contextmanager
def _conditions_made_once() -> Iterator[None]:
    """What rules leave open of facts hangs on the rules and the facts; most tests begin with the same few parties."""
    left, made = PartyResiduals.of_resource, gate_conditions.conditions
    residuals: dict[tuple[Any, ...], Residual] = {}
    conditions: dict[tuple[int, int], Conditions] = {}
    kept: set[int] = set()  # ids of residuals that live as long as `residuals` does

    def leave_once(self: PartyResiduals, facts: Facts, resource_type: str) -> Residual:
        key = self._sha256, self._active.sha256, self._later, record_sha256(facts), resource_type
        if key not in residuals:
            residuals[key] = left(self, facts, resource_type)
            kept.add(id(residuals[key]))
        return residuals[key]

    def make_once(rest: Residual, since_ms: int) -> Conditions:
        if id(rest) not in kept:
            return made(rest, since_ms)
        key = id(rest), since_ms
        if key not in conditions:
            conditions[key] = made(rest, since_ms)
        return conditions[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PartyResiduals, "of_resource", leave_once)
        patched.setattr(gate_conditions, "conditions", make_once)
        yield
