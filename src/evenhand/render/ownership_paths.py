"""The ways from the listed owner down to a party, each drawn as one line: `holder —51 %→ company —30 %→ party`."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from evenhand.model.finding import Finding
from evenhand.model.ownership import OwnershipLink
from evenhand.model.run import DecidedCase
from evenhand.model.visible_text import visible


def path_lines(case: DecidedCase) -> tuple[str, ...]:
    """Return the ways of a decision's findings, the shortest of each first, without double ones."""
    return tuple(dict.fromkeys(line for finding in case.decision.findings for line in finding_paths(finding)))


def path_line(way: Sequence[OwnershipLink]) -> str:
    """Return one way on one line, from its listed end down to the party; `?` is a share that nobody knows.

    >>> upper = OwnershipLink(owner="L1", owner_name="Example Trust", owned="B", kind="ownership", known=510_000)
    >>> lower = OwnershipLink(owner="B", owned="A", owned_name="Example Shop", kind="ownership", unknown=True)
    >>> way_line([lower, upper])
    'Example Trust (L1) —51 %→ B —?→ Example Shop (A)'
    """
    down = way[::-1]
    drawn = _called(down[0].owner, down[0].owner_name)
    for above, link in zip((None, *down), down, strict=False):
        if above is not None and above.owned != link.owner:
            drawn += f" … {_called(link.owner, link.owner_name)}"
        drawn += f" {_arrow(link)} {_called(link.owned, link.owned_name or _owner_name(down, link.owned))}"
    return drawn


def link_words(link: OwnershipLink) -> str:
    """Return what the owner of a link holds of the other in words.

    >>> link_words(OwnershipLink(owner="B", owned="A", kind="ownership", known=510_000))
    'owns 51 %'
    """
    when = _when(link.as_of, link.until)
    match link.kind:
        case "ownership":
            return f"owns {_share_words(link)}{when}"
        case "ownership_or_control":
            return f"owns {_share_words(link)}, or controls it{when}"
        case "control":
            return f"controls it{when}"
        case "acts_for":
            return f"the party above acts for it{when}"
        case _:
            assert_never(link.kind)


def _share_words(link: OwnershipLink) -> str:
    return _share(link).replace("?", "an unknown share")


def finding_paths(finding: Finding) -> Iterator[str]:
    """Yield the ownership paths of one finding: the shortest, and that of the largest shares where it is another."""
    if finding.way:
        yield path_line(finding.way)
    if finding.heaviest:
        yield f"{path_line(finding.heaviest)} (the largest shares)"


def _called(party_id: str, name: str) -> str:
    return f"{visible(name)} ({visible(party_id)})" if name and name != party_id else visible(party_id)


def _owner_name(way: Sequence[OwnershipLink], party_id: str) -> str:
    """Return what the table calls a party where it is an owner itself."""
    return next((link.owner_name for link in way if link.owner == party_id), "")


def _arrow(link: OwnershipLink) -> str:
    when = _when(link.as_of, link.until)
    match link.kind:
        case "ownership":
            return f"—{_share(link)}{when}→"
        case "ownership_or_control":
            return f"—{_share(link)}, owns or controls{when}→"
        case "control":
            return f"—controls{when}→"
        case "acts_for":
            return f"←acts for{when}—"
        case _:
            assert_never(link.kind)


def _share(link: OwnershipLink) -> str:
    if link.unknown and not link.known:
        return "?"
    known = f"{link.known / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
    return f"{known} and ?" if link.unknown else known


def _when(as_of: date | None, until: date | None) -> str:
    if as_of is None:
        return f", until {until}" if until is not None else ""
    return f", {as_of} to {until}" if until is not None else f", as of {as_of}"
