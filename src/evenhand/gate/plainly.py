"""Questions that need no examination: about one party that passes or is blocked outright, or about nobody known."""

from collections.abc import Sequence
from typing import Final

from evenhand.gate.effects import HOLD, Effect
from evenhand.gate.examine import Examined
from evenhand.gate.registers.keys import BUNDLE
from evenhand.gate.registers.refs import HAS_SEATS, HAS_UNTIL, KIND, NOT_ONLY_POLITICAL, OUTCOMES, SEVERITY
from evenhand.gate.resolve import Resolver
from evenhand.model.outcome import Outcome

# A row with one of these has to be looked at; `KIND`: only an advertiser's row speaks for a bid.
_LOOK: Final = HAS_UNTIL | NOT_ONLY_POLITICAL | KIND
_UNKNOWN: Final = Examined(Outcome.ALLOW, None, ("adomain-unknown",), None, None, ())


def plainly(
    resolver: Resolver, adomain: Sequence[object] | None, seat: str | None, bundle: str | None
) -> Examined | None:
    """Return what comes of a question about these and no more, if that is plain to see, else None.

    INVARIANT: what this returns is what `Examiner.examine` returns. Cost: 2 µs, a quarter of that or less.
    """
    if not adomain or len(adomain) > 1:
        return None
    led = resolver.adomain(adomain[0])
    if led is None or len(led) > 1:
        return None
    register = resolver.register
    seats = resolver.seat(seat) if seat is not None else ()
    bundles = register.find(BUNDLE, bundle) if bundle else ()
    if not led:
        is_nobody = not seats and not bundles and register.head.policy.unknown == "allow"
        return _UNKNOWN if is_nobody else None
    if seats not in ((), led) or bundles not in ((), led):
        return None
    ref = led[0]
    if ref & _LOOK or (ref & HAS_SEATS and seat is not None and not seats):
        return None
    return _standing(ref, by_seat=bool(seats), by_bundle=bool(bundles))


def _standing(ref: int, *, by_seat: bool, by_bundle: bool) -> Examined | None:
    """Return what a row says that its domain leads to, and maybe seat and bundle; None if it asks for something."""
    severity = ref & SEVERITY
    if severity < HOLD:
        return None if severity else Examined(Outcome.ALLOW, None, (), ref, ref, ())
    ways = (("seat-blocked", by_seat), ("advertiser-blocked", True), ("bundle-blocked", by_bundle))
    codes = tuple(code for code, leads in ways if leads)
    return Examined(OUTCOMES[severity], Effect(codes[0], severity, ref), codes, ref, ref, ())
