"""What can change a hold: the facts that a person may state, with their options, and what the tables alone can mend."""

import shlex
from collections.abc import Iterator

from evenhand.model.confirmed_fact import percent
from evenhand.model.decision import Decision
from evenhand.model.finding import UNREAD, Finding
from evenhand.model.finding_sentences import comparison_sentence, correction
from evenhand.model.ownership import OwnershipLink
from evenhand.model.record import Record
from evenhand.workflows.delivery.next_steps import missing_of_sponsor

_UNKNOWN = "possibly_owned_by_listed"
_STATED = "--document FILE"


class HoldOptions(Record, frozen=True, kw_only=True):
    """What a person sees of a hold before they answer it.

    `owners` says who holds what, up to which list entry; `changes` are the options of `task answer … release`, a line
    each; `tables` what has to be entered or corrected in a table, or taken back of saved reports; `cause` names what
    is unknown, ``""`` where the rule's title says enough.
    """

    owners: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    cause: str = ""


def hold_options(decision: Decision, table: str, payer_heading: str = "payer_id") -> HoldOptions:
    """Return what can change a hold; `table` is where the network's campaigns are, with who pays in a column of it."""
    found = decision.findings
    owners = _once(line for each in found for line in _owners(each))
    return HoldOptions(
        owners=tuple(each for each in owners if not any(other.startswith(f"{each} –") for other in owners)),
        changes=_once([*(line for each in found for line in _of_finding(each)), *_of_grounds(decision)]),
        tables=_once(_of_tables(decision, table, payer_heading)),
        cause=next((line for each in found for line in _unknown(each)), ""),
    )


def _once(lines: "Iterator[str] | list[str]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))


def _ways(finding: Finding) -> tuple[tuple[OwnershipLink, ...], ...]:
    return tuple(dict.fromkeys(each for each in (finding.way, finding.heaviest) if each))


def _owners(finding: Finding) -> Iterator[str]:
    for way in _ways(finding):
        held = "; ".join(f"{_owner(link)} {_holding(link)} {link.owned}" for link in way)
        entry = _entry(finding, way)
        yield f"{held}{f' – leads to {entry}' if entry else ''}"


def _owner(link: OwnershipLink) -> str:
    return f"{link.owner} ({link.owner_name})" if link.owner_name else link.owner


def _holding(link: OwnershipLink) -> str:
    if link.kind == "control":
        return "controls"
    if link.kind == "acts_for":
        return "is acted for by"
    more = " and an unknown share" if link.known else "an unknown share"
    return f"holds {percent(link.known) if link.known else ''}{more if link.unknown else ''} of"


def _entry(finding: Finding, way: tuple[OwnershipLink, ...]) -> str:
    """Return the entry that a way ends at, as `list#id`: the finding's own, else the only one among its sources."""
    if finding.entity_id and way == finding.way:
        return f"{finding.list}#{finding.entity_id}"
    listed = [each.removeprefix("list:") for each in finding.sources if each.startswith("list:")]
    return f"{listed[0].partition('@')[0]}#{listed[0].partition('#')[2]}" if len(listed) == 1 else ""


def _of_finding(finding: Finding) -> Iterator[str]:
    for way in _ways(finding):
        link = way[0]
        if link.owned == finding.party_id and link.kind == "ownership":
            yield f"--code ownership_shown --share {shlex.quote(link.owner)}=SHARE% {_STATED}"
        elif link.owned == finding.party_id and link.kind == "control":
            yield f"--code control_shown --control {shlex.quote(link.owner)}=no {_STATED}"
    if finding.kind == "listed" and finding.entity_id:
        yield f"--code not_the_entity --judge {shlex.quote(f'{finding.list}#{finding.entity_id}')}=not-same"


def _of_grounds(decision: Decision) -> Iterator[str]:
    if any(path.rpartition(".")[2] == "verification" for _, _, path in decision.grounds):
        yield f"--code identity_verified --verified document --until DATE {_STATED}"


def _of_tables(decision: Decision, table: str, payer_heading: str) -> Iterator[str]:
    if any(path.rpartition(".")[2] == "payer_disclosed" for _, _, path in decision.grounds):
        campaign = decision.scope.removeprefix("campaign:") if decision.scope.startswith("campaign:") else ""
        row = f", row {campaign}" if campaign else ""
        yield f"enter the payer in the table {table}{row}, column {payer_heading}"
    yield from (f"{step[:1].lower()}{step[1:]}" for step in missing_of_sponsor(decision))
    claims = [
        source.removeprefix("claim:") for each in decision.findings if each.kind == "claims" for source in each.sources
    ]
    if claims:
        yield f"reject or unlink a claim that is wrong (evenhand evidence show DIR {claims[0]})"
    for compared in (each for finding in decision.findings for each in finding.because):
        if compared.name in UNREAD:
            yield correction(compared)


def _unknown(finding: Finding) -> Iterator[str]:
    """Yield what could not be read, or that an owner's share is unknown, where a hold rests on that."""
    unread = "; ".join(comparison_sentence(each) for each in finding.because if each.name in UNREAD)
    if unread:
        yield f"{unread[:1].upper()}{unread[1:]}"
    unknown = [link for way in _ways(finding) for link in way if link.unknown] if finding.kind == _UNKNOWN else []
    if unknown and finding.certain:
        entry = _entry(finding, finding.way)
        yield f"Nobody has said what {_owner(unknown[0])} holds of {unknown[0].owned}, and that way leads to {entry}"
