"""The gate: one open register, and its answer to one waiting caller."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from evenhand.gate.effects import Concerned, adomain_effects, standing, verdict_of, without_disputed
from evenhand.gate.keys import Keys
from evenhand.gate.plain import decode_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.hosts import Suffixes, host_of
from evenhand.model.outcome import Outcome
from evenhand.model.register import RegisterRow, Verdict

_SIZE = re.compile(r"[0-9]{1,19}")


class Gate:
    """A register held in memory, checked whole when it is opened.

    `stale` is what the operator chose for a register past its `fresh_until`: an outcome, or `last` to go on
    with what it says. None is no choice: then a stale register gives no verdict. `suffixes` let the gate see
    that a row claims a public suffix; what `compile_register` wrote has none.

    Raises:
        RegisterInvalid: the file is missing, damaged, empty, of another format, or breaks a rule of `gate.md` §4.
    """

    def __init__(
        self, path: Path, stale: Literal["allow", "hold", "refuse", "last"] | None, suffixes: Suffixes | None = None
    ) -> None:
        self.head, rows = decode_register(_read(path), path)
        self.checkpoint = _origin_and_size(self.head.checkpoint, path)
        self._keys = Keys(rows, path, suffixes)
        self._path, self._stale = path, stale

    def verdict(
        self,
        *,
        adomain: Sequence[object] | None = None,
        seat: str | None = None,
        bundle: str | None = None,
        advertiser: str | None = None,
        at: datetime,
    ) -> Verdict:
        """Return what the decisions in force say of a bid, or of a party asked by id or seat.

        An empty `adomain` is a bid that names nobody; None, a question that is not about a bid. `advertiser` may
        be a payer's id. The strictest effect wins; codes stand in the order of the table in `gate.md` §5.
        The outcome is `unknown` if no row is concerned and no policy holds or refuses. `at` is aware.

        Raises:
            RegisterInvalid: the register is stale and nobody chose what that means.
        """
        stale = at >= self.head.fresh_until
        if stale and self._stale != "last":
            return self._verdict_on_stale_register()
        hosts = [] if adomain is None else _hosts(adomain)
        named = self._rows_of(hosts) + self._keys.by_party(advertiser)
        concerned = Concerned(
            seat=without_disputed(standing(self._keys.by_seat(seat), at)),
            named=standing(named, at),
            bundle=standing(self._keys.by_bundle(bundle), at),
        )
        chosen = {} if adomain is None else adomain_effects(hosts, bool(named), self.head.policy)
        return verdict_of(concerned, chosen, self.checkpoint, stale)

    def resolve(self, adomain: Sequence[object]) -> tuple[RegisterRow, ...]:
        """Return the rows that the values of an `adomain` lead to, each once, in the order of the values."""
        return tuple({(row.kind, row.id): row for row in self._rows_of(_hosts(adomain))}.values())

    def _verdict_on_stale_register(self) -> Verdict:
        if self._stale is None:
            raise RegisterInvalid(
                "the register is stale since", where=self._path, got=self.head.fresh_until.isoformat(),
                todo="write a new one with `evenhand run`, or choose allow, hold, refuse or last for a stale one",
            )  # fmt: skip
        return Verdict(
            outcome=Outcome(self._stale), advertiser=None, decision=None, reason=None,
            codes=(), stale=True, checkpoint=self.checkpoint,
        )  # fmt: skip

    def _rows_of(self, hosts: Sequence[str | None]) -> list[RegisterRow]:
        return [row for host in hosts if host is not None and (row := self._keys.by_host(host))]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RegisterInvalid(
            "the register cannot be read:", where=path, got=error.strerror, todo="`evenhand run` writes one"
        ) from error


def _origin_and_size(checkpoint: str, path: Path) -> str:
    """Return `<origin> <tree size>` of a C2SP checkpoint, ``""`` for none; root and signatures are not looked at."""
    if not checkpoint:
        return ""
    lines = checkpoint.split("\n")
    if len(lines) < 3 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise RegisterInvalid(
            "no checkpoint", where=path, line=1, got=checkpoint, expected="origin, size, root, a line each"
        )
    return f"{lines[0]} {lines[1]}"


def _hosts(adomain: Sequence[object]) -> list[str | None]:
    """Return one host or None for each value; a plain text counts as a list of one."""
    return [host_of(value) for value in ([adomain] if isinstance(adomain, str) else adomain)]
