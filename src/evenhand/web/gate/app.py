"""The gate behind HTTP: what each path answers, in each position of the switch, and where there is no register.

It carries the gate and nothing else; a contract holds this package to `evenhand.gate` and `evenhand.model`.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from evenhand.gate import Gate, shape_request
from evenhand.gate.filter import Filtered, filter_bids, filter_identified
from evenhand.gate.nonbids import tell_buyers
from evenhand.gate.orders.purchase import PurchaseAnswer, purchase
from evenhand.gate.wire.openrtb import is_unfit
from evenhand.model.errors import RegisterInvalid, RequestUnreadable
from evenhand.model.register import Verdict
from evenhand.model.service import Mode, StaleChoice, Tell
from evenhand.web.gate import metrics, replies
from evenhand.web.gate.counters import MALFORMED, REFUSED, RELOAD, UNTAKEN, VERDICT, Counters
from evenhand.web.gate.openapi import DOCUMENT
from evenhand.web.gate.readiness import Readiness, Unready, not_taken, served_at
from evenhand.web.gate.register_source import Source
from evenhand.web.gate.replies import Refusal, Refused, marks, opening, refusing
from evenhand.web.gate.request_bodies import (
    field_of,
    guess_parts,
    read_order_of,
    read_parts,
    read_question,
    read_request,
)
from evenhand.web.gate.routes import Route
from evenhand.web.gate.switch import Switch

Clock = Callable[[], datetime]
Answer = TypeVar("Answer", Verdict, PurchaseAnswer)

_STALE_CHOICES: Final = Path(__file__).with_name("stale_choices")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_WHOLE: Final[dict[Mode, StaleChoice]] = {Mode.ALLOW_ALL: "allow", Mode.REFUSE_ALL: "refuse"}
_encode = msgspec.json.Encoder().encode


class GateApp:
    """Answers every path; fits `hub.Answers`.

    `clock` gives aware instants; `say` is told of faults of ours, by their place and never by what was asked.
    `stale` is what the operator chose for a register past its time, and for none at all; `tell`, what filtered
    responses tell buyers of the bids that went. `read_stale` reads the choice again, where it stands in settings.
    """

    def __init__(
        self,
        source: Source,
        switch: Switch,
        counters: Counters,
        stale: StaleChoice | None,
        clock: Clock,
        say: Callable[[str], None],
        *,
        tell: Tell,
        read_stale: Callable[[], StaleChoice | None] | None = None,
    ) -> None:
        self._source, self._switch, self._counters, self._stale = source, switch, counters, stale
        self._clock, self._say, self._tell = clock, say, tell
        self._read_stale, self._chosen, self._reads = read_stale, stale, False
        self.count_connections: Callable[[], int] = int
        routes = {
            b"/v1/filter": Route(b"POST", self._filter),
            b"/v1/verdict": Route(b"POST", self._verdict),
            b"/v1/shape": Route(b"POST", self._shape),
            b"/v1/purchase": Route(b"POST", self._purchase),
            b"/healthz": Route(b"GET", _healthz),
            b"/readyz": Route(b"GET", self._readyz),
            b"/metrics": Route(b"GET", self._metrics, metrics.MEDIA, is_long=True),
            b"/openapi.json": Route(b"GET", _openapi, is_long=True),
        }
        self.routes: Final = {path: route._replace(path=path.decode()) for path, route in routes.items()}
        # With all answers switched to one, or no register, a register without rows answers that was never fresh.
        self._stale_gates = {choice: Gate(_STALE_CHOICES / f"{choice}.jsonl", choice) for choice in _CHOICES}
        self.renew()

    # What the timer calls.

    def look(self) -> Iterable[str]:
        """Look at register and switch once, and return what an operator should know. May run in a thread."""
        before, was_unreadable = self._switch.mode, self._switch.is_unreadable
        self._switch.read(self._clock())  # first: nothing about a register keeps the operator's word waiting
        lines = list(self._settings_read())
        if self._switch.is_unreadable and not was_unreadable:
            lines.append(f"switch not taken: {self._switch.why}; mode {before.value} stays in force")
        result = self._source.look()
        if result is not None:
            self._counters.add(RELOAD[result])
            if result == "refused" and self._source.behind is not None:
                self._counters.add(UNTAKEN[self._source.behind.why])
            lines.append(f"register {result}" if result == "taken" else f"register refused: {self._source.why}")
            if result == "taken" and self._source.doubt:
                lines.append(self._source.doubt)
        if self._switch.mode is not before:
            lines.append(f"mode {self._switch.mode.value}")
        return lines

    def open_anew(self) -> None:
        """Open the register at the next look, whether it has changed or not, and read what settings say."""
        self._reads = True
        self._source.open_anew()

    def _settings_read(self) -> Iterator[str]:
        """Take the choice of the settings where they are to be read again; settings with a fault leave the last one."""
        if not self._reads or self._read_stale is None:
            return
        self._reads = False
        try:
            stale = self._read_stale()
        except RegisterInvalid as error:
            yield f"settings not taken: {error}"
            return
        if stale != self._chosen:
            self._chosen = stale
            self._source.choose(stale)
            yield f"settings taken: a stale register means {stale}"

    def renew(self) -> None:
        """Take into use what `look` has found; called where answers are given, so that none sees half of it."""
        gate, mode, self._stale = self._source.gate, self._switch.mode, self._chosen
        self._mode, self._register = mode, gate
        self._made_at, self._behind = self._source.made_at, self._source.behind
        choice = _WHOLE.get(mode) or (self._stale if gate is None and self._stale != "last" else None)
        self._gate = gate if choice is None else self._stale_gates[choice]
        self._fresh_until = gate.opened.fresh_until if gate else _LONG_AGO
        size, at = str(gate.opened.log.size) if gate else "none", self._clock()
        self._fresh, self._past = marks(mode, size, at), marks(mode, f"{size}; stale", at)
        self._fresh_opening, self._past_opening = opening(self._fresh), opening(self._past)

    # What connections call.

    def route(self, url: bytes) -> Route | None:
        """Return what answers at a path, which may be a whole address (RFC 9112 §3.2.2); a query is not looked at."""
        path = url.partition(b"?")[0]
        if not path.startswith(b"/"):
            path = b"/" + path.partition(b"://")[2].partition(b"/")[2]
        return self.routes.get(path)

    def answer(self, route: Route, body: bytes, *, keep: bool) -> bytes:
        """Return the whole reply to a body that arrived whole."""
        start, at = time.perf_counter_ns(), self._clock()
        try:
            given = route.give(body, at)
        except Refused as refused:
            return self.refuse(refused.refusal, keep=keep)
        except RequestUnreadable as error:
            return self.refuse(replies.REQUEST.naming(field_of(error)), keep=keep)
        except RegisterInvalid:
            return self.refuse(replies.NO_REGISTER, keep=keep)
        except Exception as error:  # noqa: BLE001  internal error must not end the service
            self._say(f"internal error: {source_line(error)}")
            return self.refuse(replies.FAULT, keep=keep)
        is_fresh = at < self._fresh_until
        if keep and route.media is replies.JSON:
            begun = self._fresh_opening if is_fresh else self._past_opening
        else:
            lines = (self._fresh if is_fresh else self._past) + (b"" if keep else b"connection: close\r\n")
            begun = opening(lines, media=route.media)
        self._counters.add_time(time.perf_counter_ns() - start)
        return b"%b%d\r\n\r\n%b" % (begun, len(given), given)

    def refuse(self, refusal: Refusal, *, keep: bool, bare: bool = False) -> bytes:
        """Return the whole reply of a refusal, and count it."""
        if refusal.why:
            self._counters.add(REFUSED[refusal.why])
        lines = self._fresh if self._clock() < self._fresh_until else self._past
        return refusing(refusal, lines, keep=keep, bare=bare)

    # What the paths answer.

    def _filter(self, body: bytes, at: datetime) -> bytes:
        response, filtered = self._guessed(body, at) or self._filtered(*read_parts(body), at)
        if filtered.malformed:
            if is_unfit(response):
                raise Refused(replies.DEPTH)
            self._counters.add(MALFORMED)
        self._count(filtered)
        left = response if self._mode is Mode.OBSERVE else tell_buyers(filtered, response, self._tell)
        removed = _encode(filtered.removed) if filtered.removed else b"[]"
        unread = b',"malformed":true' if filtered.malformed else b""
        return b'{"removed":%b,"response":%b%b}' % (removed, b"null" if left is None else left, unread)

    def _guessed(self, body: bytes, at: datetime) -> tuple[bytes, Filtered] | None:
        """Return the response in a body and what is left of it, if the body reads as most are written; else None."""
        parts = guess_parts(body)
        if parts is None or self._gate is None:
            return None
        try:
            name, filtered = filter_identified(*parts, self._gate, at)
        except RequestUnreadable:
            return None
        is_read = not filtered.malformed and bytes(name)[:1] in {b"", b'"'}
        return (parts[1], filtered) if is_read else None

    def _filtered(self, request: bytes, response: bytes, at: datetime) -> tuple[bytes, Filtered]:
        return response, filter_bids(request, response, self._in_use(), at)

    def _verdict(self, body: bytes, at: datetime) -> bytes:
        question = read_question(body)
        verdict = self._in_use().verdict(
            adomain=question.adomain,
            seat=question.seat,
            bundle=question.bundle,
            advertiser=question.advertiser,
            country=question.country,
            at=at,
        )
        self._counters.add(VERDICT[verdict.outcome])
        self._counters.add_codes(verdict.codes)
        return _encode(self._of_register(verdict, at))

    def _shape(self, body: bytes, at: datetime) -> bytes:
        request = read_request(body)
        shaped = shape_request(request, self._in_use(), at)
        return request if self._mode is Mode.OBSERVE else shaped

    def _purchase(self, body: bytes, at: datetime) -> bytes:
        order = read_order_of(body)
        try:
            answer = purchase(order, self._in_use(), at)
        except RequestUnreadable as error:
            raise Refused(replies.FORM.naming(field_of(error).partition("[")[0])) from None
        self._counters.add_codes(answer.codes)
        return _encode(self._of_register(answer, at))

    def _of_register(self, answer: Answer, at: datetime) -> Answer:
        """Return an answer that tells of the register in use, also while the switch gives one answer to all."""
        if self._mode not in _WHOLE:
            return answer
        checkpoint = self._register.opened.checkpoint if self._register else ""
        return msgspec.structs.replace(answer, stale=at >= self._fresh_until, checkpoint=checkpoint)

    def _readyz(self, _: bytes, at: datetime) -> bytes:
        """Ready with a verified register that is fresh, or for which the operator chose what it answers later."""
        served, refused = served_at(self._register, self._made_at, at), not_taken(self._behind)
        if served is None or (self._stale is None and served.stale):
            body = _encode(Unready(replies.NO_REGISTER_TEXT, refused))
            raise Refused(replies.NOT_READY._replace(body=body))
        return _encode(Readiness("ready", served, refused))

    def _metrics(self, _: bytes, at: datetime) -> bytes:
        gate = self._register
        age_s = None if gate is None else (at - self._made_at).total_seconds()
        keys = None if gate is None else gate.register.keys
        state = metrics.State(
            self._mode, self._switch.is_unreadable, at >= self._fresh_until, age_s, keys, self.count_connections(),
            gate.opened.log.size if gate else 0, self._behind is not None,
        )  # fmt: skip
        return metrics.exposition(self._counters, state)

    def _in_use(self) -> Gate:
        if self._gate is None:
            raise Refused(replies.NO_REGISTER)
        return self._gate

    def _count(self, filtered: Filtered) -> None:
        for removal in filtered.removed:
            self._counters.add_removal(removal.outcome, removal.codes)
        for noted in filtered.noted:
            self._counters.add_codes(noted.codes)


_CHOICES: Final[tuple[StaleChoice, ...]] = ("allow", "hold", "refuse")


def _healthz(_: bytes, __: datetime) -> bytes:
    return b'{"status":"ok"}'


def _openapi(_: bytes, __: datetime) -> bytes:
    return DOCUMENT


def source_line(error: Exception) -> str:
    """Return the kind of an error and where it arose; its text could hold what was asked."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} at {where}"
