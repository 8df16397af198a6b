"""The gate: one open register, and its answer to one waiting caller."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from evenhand.gate.effects import HOLD
from evenhand.gate.examine import Asked, Examined, Examiner, rows_by_id
from evenhand.gate.plainly import plainly
from evenhand.gate.registers.layout import MAGIC
from evenhand.gate.registers.mapped import MappedRegister
from evenhand.gate.registers.plain import decode_register
from evenhand.gate.registers.register import PlainRegister, Register, origin_and_size
from evenhand.gate.resolve import Resolver
from evenhand.gate.scene import place_of_question
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict

Stale = Literal["allow", "hold", "refuse", "last"]


class Opened(NamedTuple):
    """One register in use: what it says, from which checkpoint, and until when it is fresh.

    `checkpoint` is `<origin> <tree size>` or "". A verdict uses one of these from its start to its end.
    """

    resolver: Resolver
    checkpoint: str
    size: int
    fresh_until: datetime
    identity: tuple[int, int, int]


class Gate:
    """A register in its plain or its compiled form, checked whole when it is opened.

    `stale` is what the operator chose for a register past its `fresh_until`: an outcome, or `last` to go on
    with what it says. None is no choice: then a stale register gives no verdict. `suffixes` let the gate see
    that a row of the plain form claims a public suffix; what was written by `write_register` has none.

    The compiled form stays mapped: the file must be replaced by renaming. Cut short in its place, it ends the process.

    Raises:
        RegisterInvalid: the file is missing, damaged, empty, of another format, or breaks a rule of `gate.md` §4.
    """

    def __init__(self, path: Path, stale: Stale | None, suffixes: Suffixes | None = None) -> None:
        self._path, self.stale, self._suffixes = path, stale, suffixes
        self.opened = _open(path, suffixes)

    @property
    def register(self) -> Register:
        """Return the register in use."""
        return self.opened.resolver.register

    def refresh(self) -> bool:
        """Open the file anew if it is another than the one in use, and return whether it was.

        Meant for a timer, not for each request: one `stat`. Verdicts that are being made go on with the old register.

        Raises:
            RegisterInvalid: the new file is none; the old register stays in use.
        """
        try:
            stat = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if _identity(stat) == self.opened.identity:
            return False
        self.opened = _open(self._path, self._suffixes)
        return True

    def is_stale(self, at: datetime) -> bool:
        """Return whether the register is past its time, and what the operator chose must answer in its place.

        Raises:
            RegisterInvalid: it is, and nobody chose what that means.
        """
        if at < self.opened.fresh_until or self.stale == "last":
            return False
        if self.stale is None:
            raise RegisterInvalid(
                "the register is stale since", where=self._path, got=self.opened.fresh_until.isoformat(),
                todo="write a new one with `evenhand run`, or choose allow, hold, refuse or last for a stale one",
            )  # fmt: skip
        return True

    def verdict(
        self,
        *,
        adomain: Sequence[object] | None = None,
        seat: str | None = None,
        bundle: str | None = None,
        advertiser: str | None = None,
        country: str | None = None,
        at: datetime,
    ) -> Verdict:
        """Return what the decisions in force say of a bid, or of a party asked by id or seat.

        An empty `adomain` is a bid that names nobody; None, a question that is not about a bid. `advertiser` may
        be a payer's id, `country` has two or three letters. The strictest effect wins; codes stand in the order of
        the table in `gate.md` §5. The outcome is `unknown` if no row is concerned and no policy holds or refuses.
        `at` is aware.

        Raises:
            RegisterInvalid: the register is stale and nobody chose what that means.
        """
        opened = self.opened
        if self.is_stale(at):
            return Verdict(
                outcome=Outcome(str(self.stale)), advertiser=None, decision=None, reason=None,
                codes=(), stale=True, checkpoint=opened.checkpoint,
            )  # fmt: skip
        values = [adomain] if isinstance(adomain, str) else adomain
        resolver = opened.resolver
        examined = plainly(resolver, values, seat, bundle) if advertiser is None else None
        if examined is None:
            asked = Asked(adomain=values, seat=seat, bundle=bundle, rows=rows_by_id(resolver, advertiser))
            place = place_of_question(resolver.register.head, country, at)
            examined = Examiner(resolver, at, place).examine(asked)
        return _verdict(opened, examined, at >= opened.fresh_until)

    def resolve(self, adomain: Sequence[object]) -> tuple[str, ...]:
        """Return the ids of the rows that the values of an `adomain` lead to, each once, in the order of the values."""
        values = [adomain] if isinstance(adomain, str) else adomain
        resolver = self.opened.resolver
        refs = dict.fromkeys(ref for value in values for ref in resolver.adomain(value) or ())
        return tuple(resolver.register.row(ref).id for ref in refs)


def decided_by(register: Register, examined: Examined) -> tuple[str | None, str | None]:
    """Return decision and reason that an answer rests on; None where the operator's choice decided, or nothing.

    Where a condition made the answer stricter than the decision, the reason is `rule:` and the rule's id: there is no
    statement about a single bid.
    """
    if examined.acted_on is None:
        return None, None
    row = register.row(examined.acted_on)
    return row.decision, row.reason if examined.rule is None else f"rule:{examined.rule}"


def _verdict(opened: Opened, examined: Examined, stale: bool) -> Verdict:
    register = opened.resolver.register
    decision, reason = decided_by(register, examined)
    nobody = examined.about is None and examined.outcome is Outcome.ALLOW
    is_milder = 0 < examined.outcome.severity < HOLD
    return Verdict(
        outcome="unknown" if nobody else examined.outcome,
        advertiser=None if examined.about is None else register.row(examined.about).id,
        decision=decision,
        reason=reason,
        codes=examined.codes,
        stale=stale,
        checkpoint=opened.checkpoint,
        instruct=examined.instruct if is_milder else msgspec.UNSET,
    )


def _open(path: Path, suffixes: Suffixes | None) -> Opened:
    try:
        with path.open("rb") as file:
            identity = _identity(os.fstat(file.fileno()))
            compiled = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            register: Register = (
                MappedRegister(file, path) if compiled else PlainRegister(*decode_register(file, path), path, suffixes)
            )
    except OSError as error:
        raise _unreadable(path, error) from error
    origin, size = origin_and_size(register.head.checkpoint, path)
    return Opened(
        Resolver(register), f"{origin} {size}" if origin else "", size, register.head.fresh_until, identity
    )  # fmt: skip


def _identity(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _unreadable(path: Path, error: OSError) -> RegisterInvalid:
    return RegisterInvalid(
        "the register cannot be read:", where=path, got=error.strerror or error, todo="`evenhand run` writes one"
    )
