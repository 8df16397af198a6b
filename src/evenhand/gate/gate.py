"""The gate: one open register, and its answer to one waiting caller."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from evenhand.gate.effects import HOLD, UNKNOWN_ID
from evenhand.gate.fast.verdict import fast_verdict
from evenhand.gate.open_register import OpenRegister, identity_of, is_past, open_register, unreadable
from evenhand.gate.reference import Assessment, Examiner, Query, decided_by, rows_by_id
from evenhand.gate.registers.location import locate_register
from evenhand.gate.registers.log_checkpoint import ANY, AcceptedRegisters
from evenhand.gate.registers.register import Register
from evenhand.gate.request_context import context_of_question
from evenhand.model.errors import BadInput, RegisterInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.outcome import Outcome
from evenhand.model.register import Verdict
from evenhand.model.service import STALE_WORDS, StaleWord


class Gate:
    """A register in its plain or its compiled form, checked whole when it is opened.

    `path` is the file, or a network's folder. `stale` is what the operator chose for a register past its `fresh_until`:
    an outcome, or `use-last` to go on with what it says. None, the default, is the choice of the settings where
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
        stale: StaleWord | None = None,
        suffixes: Suffixes | None = None,
        *,
        expected: AcceptedRegisters = ANY,
    ) -> None:
        if stale is not None and stale not in STALE_WORDS:
            raise BadInput("unknown choice", where="stale", got=stale, expected="allow, hold, refuse, use-last")
        location = locate_register(path)
        self._path, self.stale, self._suffixes = (
            location.path,
            STALE_WORDS[stale] if stale else location.stale,
            suffixes,
        )
        self._expected = expected._replace(origin=expected.origin or location.origin)
        self.opened = open_register(self._path, suffixes, self._expected)

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
            raise unreadable(self._path, error) from error
        if identity_of(stat) == self.opened.identity:
            return False
        self.opened = open_register(self._path, self._suffixes, self._expected.after(self.opened.log))
        return True

    def is_stale(self, at: datetime) -> bool:
        """Return whether the register is past its time, and what the operator chose must answer in its place.

        Raises:
            RegisterInvalid: it is, and nobody chose what that means.
            BadInput: `at` is not an instant with a time zone.
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
        the table in `gate.md` §5. The outcome is `unknown` if no row is concerned and no policy holds or refuses; an
        `advertiser` that is not on file has the code `UNKNOWN_ID` last. `at` is aware.

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
        assessment = fast_verdict(resolver, values, seat, bundle) if advertiser is None else None
        if assessment is None:
            rows = rows_by_id(resolver, advertiser)
            context = context_of_question(resolver.register.head, country, at)
            query = Query(adomain=values, seat=seat, bundle=bundle, rows=rows)
            assessment = Examiner(resolver, at, context).examine(query)
            if advertiser and not rows:  # misspelt, it must not pass for that of somebody whom nothing is known against
                assessment = assessment._replace(codes=(*assessment.codes, UNKNOWN_ID))
        return _verdict(opened, assessment, is_past(opened, at))

    def resolve(self, adomain: Sequence[object]) -> tuple[str, ...]:
        """Return the ids of the rows that the values of an `adomain` lead to, each once, in the order of the values."""
        values = [adomain] if isinstance(adomain, str) else adomain
        resolver = self.opened.resolver
        refs = dict.fromkeys(ref for value in values for ref in resolver.adomain(value) or ())
        return tuple(resolver.register.row(ref).id for ref in refs)


def _verdict(opened: OpenRegister, assessment: Assessment, stale: bool) -> Verdict:
    register = opened.resolver.register
    decision, reason = decided_by(register, assessment)
    nobody = assessment.about is None and assessment.outcome is Outcome.ALLOW
    is_milder = 0 < assessment.outcome.severity < HOLD
    return Verdict(
        outcome="unknown" if nobody else assessment.outcome,
        advertiser=None if assessment.about is None else register.row(assessment.about).id,
        decision=decision,
        reason=reason,
        codes=assessment.codes,
        stale=stale,
        checkpoint=opened.checkpoint,
        instruct=assessment.instruct if is_milder else msgspec.UNSET,
    )


def _check_types(adomain: object, **texts: object) -> None:
    """Refuse an argument of another type, by its name.

    Raises:
        BadInput: names the argument.
    """
    if adomain is not None and not isinstance(adomain, Sequence):
        raise BadInput("wrong type:", where="adomain", got=repr(adomain), expected="a list of texts, or one text")
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):
            raise BadInput("wrong type:", where=name, got=repr(value), expected="a text")
