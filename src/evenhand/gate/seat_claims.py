"""What a buyers.json claims about seats, beside the register: blocked parties behind seats that are not on file."""

from collections.abc import Iterator, Sequence

from evenhand.gate.claims.buyers import Buyer, names_of_seats
from evenhand.gate.effects import HOLD
from evenhand.gate.registers.row_references import OUTCOMES, SEVERITY
from evenhand.gate.resolver import Resolver


def seats_of_blocked(buyers: Sequence[Buyer], resolver: Resolver, system: str = "") -> Iterator[str]:
    """Yield a sentence for each seat that its buying system says is a blocked party's, and that no such row has.

    It is the system's claim: it refuses nobody, a person looks. `system` is the host of the buying system where its
    seats are `asi/bsid` for us. A name that an allowed party has too says nothing; confidential seats are left out.
    """
    names = names_of_seats(buyers)
    for buyer in buyers:
        if buyer.seat not in names:
            continue
        refs = (resolver.host(buyer.domain) if buyer.domain else ()) or resolver.name(names[buyer.seat])
        seat = f"{system}/{buyer.seat}" if system else buyer.seat
        known = resolver.seat(seat)
        if refs and all(ref & SEVERITY >= HOLD and ref not in known for ref in refs):
            row, outcome = resolver.register.row(refs[0]), OUTCOMES[refs[0] & SEVERITY]
            yield (
                f"seat {seat} is said to be `{names[buyer.seat]}`: {row.kind} {row.id}, {outcome.value}; "
                "the seat is not on file"
            )
