"""The gate: one open register, and its answer to one waiting caller."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec

from evenhand.gate.effects import HOLD
from evenhand.gate.examine import Asked, Examined, Examiner, rows_by_id
from evenhand.gate.plainly import plainly
from evenhand.gate.registers.layout import MAGIC
from evenhand.gate.registers.log_head import ANY, Expected, LogHead, check_head, log_head
from evenhand.gate.registers.mapped import MappedRegister
from evenhand.gate.registers.place import place_of
from evenhand.gate.registers.plain import decode_register
from evenhand.gate.registers.register import PlainRegister, Register
from evenhand.gate.resolve import Resolver
from evenhand.gate.scene import place_of_question
from evenhand.model.errors import BadInput, NotVerified, RegisterInvalid, RegisterUnexpected
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict
from evenhand.model.service import StaleChoice


class Opened(NamedTuple):
    """One register in use: what it says, from which checkpoint, and until when it is fresh.

    `checkpoint` is `<origin> <tree size>` or "". A verdict uses one of these from its start to its end.
    """

    resolver: Resolver
    checkpoint: str
    log: LogHead
    fresh_until: datetime
    identity: tuple[int, int, int]


class Gate:
    """A register in its plain or its compiled form, checked whole when it is opened.

    `path` is the file, or a network's folder. `stale` is what the operator chose for a register past its `fresh_until`:
    an outcome, or `last` to go on with what it says. None, the default, is the choice of the network's settings where
    `path` is a network, and else no choice: then a stale register gives no verdict. `suffixes` let the gate see
    that a row of the plain form claims a public suffix; what was written by `write_register` has none.
    `expected` says which registers may be taken; after the first, none of another log or of a smaller tree is.

    The compiled form stays mapped: the file must be replaced by renaming. Cut short in its place, it ends the process.

    Raises:
        RegisterInvalid: the file is missing, damaged, empty, of another format, or breaks a rule of `gate.md` §4.
        RegisterUnexpected: it is not one that `expected` allows.
        BadInput: `path` is no path, `stale` none of the four words.
    """

    def __init__(
        self,
        path: Path | str,
        stale: StaleChoice | None = None,
        suffixes: Suffixes | None = None,
        *,
        expected: Expected = ANY,
    ) -> None:
        if stale is not None and stale not in get_args(StaleChoice):
            raise BadInput("unknown choice", where="stale", got=stale, expected=", ".join(get_args(StaleChoice)))
        place = place_of(path)
        self._path, self.stale, self._suffixes = place.path, stale or place.stale, suffixes
        self._expected = expected._replace(origin=expected.origin or place.origin)
        self.opened = _open(self._path, suffixes, self._expected)

    @property
    def register(self) -> Register:
        """Return the register in use."""
        return self.opened.resolver.register

    def refresh(self) -> bool:
        """Open the file anew if it is another than the one in use, and return whether it was.

        Meant for a timer, not for each request: one `stat`. Verdicts that are being made go on with the old register.

        Raises:
            RegisterInvalid: the new file is none, or not one to take; the old register stays in use.
        """
        try:
            stat = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if _identity(stat) == self.opened.identity:
            return False
        self.opened = _open(self._path, self._suffixes, self._expected.after(self.opened.log))
        return True

    def is_stale(self, at: datetime) -> bool:
        """Return whether the register is past its time, and what the operator chose must answer in its place.

        Raises:
            RegisterInvalid: it is, and nobody chose what that means.
            BadInput: `at` is no aware instant.
        """
        if not is_past(self.opened, at) or self.stale == "last":
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
            BadInput: a value of another type; names the argument.
        """
        # A value of another type leads to nobody, and nobody may pass; so it must not get as far.
        if not (
            (adomain is None or type(adomain) is list)
            and (seat is None or type(seat) is str)
            and (bundle is None or type(bundle) is str)
            and (advertiser is None or type(advertiser) is str)
            and (country is None or type(country) is str)
        ):
            _check_types(adomain, seat=seat, bundle=bundle, advertiser=advertiser, country=country)
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
        return _verdict(opened, examined, is_past(opened, at))

    def resolve(self, adomain: Sequence[object]) -> tuple[str, ...]:
        """Return the ids of the rows that the values of an `adomain` lead to, each once, in the order of the values."""
        values = [adomain] if isinstance(adomain, str) else adomain
        resolver = self.opened.resolver
        refs = dict.fromkeys(ref for value in values for ref in resolver.adomain(value) or ())
        return tuple(resolver.register.row(ref).id for ref in refs)


def is_past(opened: Opened, at: datetime) -> bool:
    """Return whether a register is no longer fresh.

    Raises:
        BadInput: `at` is no aware instant.
    """
    try:
        return at >= opened.fresh_until
    except TypeError:
        raise BadInput(
            "no aware instant:", where="at", got=repr(at), expected="a `datetime` with a zone, as `datetime.now(UTC)`"
        ) from None


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


def _check_types(adomain: object, **texts: object) -> None:
    """Refuse an argument of another type, by its name.

    Raises:
        BadInput: names the argument.
    """
    if adomain is not None and not isinstance(adomain, Sequence):
        raise BadInput("of another type:", where="adomain", got=repr(adomain), expected="a list of texts, or one text")
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):
            raise BadInput("of another type:", where=name, got=repr(value), expected="a text")


def _open(path: Path, suffixes: Suffixes | None, expected: Expected) -> Opened:
    try:
        with path.open("rb") as file:
            identity = _identity(os.fstat(file.fileno()))
            compiled = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            register: Register = (
                MappedRegister(file, path) if compiled else PlainRegister(*decode_register(file, path), path, suffixes)
            )
    except (OSError, MemoryError, ValueError) as error:
        raise _unreadable(path, error) from error
    log = log_head(register.head.checkpoint, path)
    if expected.check_note is not None:
        _check_note(expected.check_note, register.head.checkpoint, path)
    check_head(log, expected, path)
    checkpoint = f"{log.origin} {log.size}" if log.origin else ""
    return Opened(Resolver(register), checkpoint, log, register.head.fresh_until, identity)


def _check_note(check: Callable[[str], None], note: str, path: Path) -> None:
    try:
        check(note)
    except NotVerified as error:
        raise RegisterUnexpected(
            "the checkpoint is not signed by the log's key:", why="signature", where=path, got=error.what,
            expected="a checkpoint signed by the key that the gate was given",
            todo="the register in use stays; `evenhand ledger check` tells more",
        ) from error  # fmt: skip


def _identity(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _unreadable(path: Path, error: OSError | MemoryError | ValueError) -> RegisterInvalid:
    if isinstance(error, MemoryError):
        why: object = "not enough memory"
    else:
        why = getattr(error, "strerror", None) or error
    return RegisterInvalid("the register cannot be read:", where=path, got=why, todo="`evenhand run` writes one")
