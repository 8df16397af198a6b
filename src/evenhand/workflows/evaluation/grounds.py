"""On which findings each rule of a ruling rests: the findings behind the attributes that it reads."""

from collections.abc import Iterable
from typing import Any

import msgspec

from evenhand.model.facts import Facts
from evenhand.model.finding import CONTENT_UNKNOWN, MEDIA, MEDIA_SOURCE, NOT_KNOWN, ROW_REJECTED, Comparison, Finding
from evenhand.model.party import VerificationLevel
from evenhand.model.ruling import Rule, Ruling
from evenhand.model.run import Refused
from evenhand.workflows.evaluation.media_control import stated_cells
from evenhand.workflows.evaluation.requests import Request
from evenhand.workflows.evaluation.run_context import POSSIBLE_SHARE, PartyFacts, RunContext

Ground = tuple[str, str, str]
CIRCUMVENTION = "confirmed.circumvention"
PAYER_VERIFIED = "Payer.verification"
_CONTENT = "Campaign.content"
PAYER_DISCLOSED = "context.payer_disclosed"
_ABSENT_IF_UNKNOWN = ("Advertiser.union_established", "Advertiser.third_country_controlled")

_facts = msgspec.json.Decoder(Facts).decode


def grounds_of(
    run_context: RunContext, request: Request, ruling: Ruling
) -> tuple[tuple[Finding, ...], tuple[Ground, ...]]:
    """Return the findings a ruling other than allow rests on, and its grounds (rule, finding kind, entity or path).

    A rule that reads only the network's own tables gets one `recorded` finding, a comparison an attribute; so does one
    about accounts that act as one, of a payer whom no document verifies. A rule
    in error gets one `rule_error`, and so do facts that no rule could answer (law *Because*).
    """
    facts = _facts(request.facts)
    forbidding = [rule for name in ruling.reasons if (rule := run_context.rulebook.rules[name]).forbids]
    findings: list[Finding] = []
    grounds: list[Ground] = []
    recorded: dict[str, Comparison] = {}
    for rule in forbidding:
        origins = list(_origins(run_context, request, rule))
        findings.extend(origins)
        grounds.extend((rule.id, finding.kind, finding.entity_id or finding.party_id) for finding in origins)
        read = dict(_beside(facts, rule, origins) if origins else _read(facts, request, rule))
        read |= _stated_media(run_context, request, rule)
        recorded |= {path: _recorded(path, value, _unknown(run_context, request, path)) for path, value in read.items()}
        # Who says it is told with what is said, and is no ground by itself.
        grounds.extend((rule.id, "recorded", path) for path in read if path != MEDIA_SOURCE)
    if recorded:
        sources = _row_sources(run_context, request)
        findings.append(_finding(request, "recorded", recorded.values(), sources))
    broken = ruling.errors or (("(facts)",) if not forbidding else ())
    for name in broken:
        found = [] if ruling.errors else _unread(run_context, request)
        found = found or [Comparison(name="rule.error", ours=name, theirs="", similarity=0.0, weight=0.0, effect="for")]
        findings.append(_finding(request, "rule_error", found, _row_sources(run_context, request)))
        is_content = any(each.name == CONTENT_UNKNOWN for each in found)
        grounds.append((name, "rule_error", _CONTENT if is_content else request.scope))
    return tuple(dict.fromkeys(findings)), tuple(sorted(set(grounds)))


def _origins(run_context: RunContext, request: Request, rule: Rule) -> Iterable[Finding]:
    """Yield the findings behind the attributes that a rule reads of the principal and of who pays."""
    principal = "Payer" if request.party.kind == "payer" else "Advertiser"
    for path in _concerning(request, rule):
        kind, _, attribute = path.partition(".")
        if kind in ("Advertiser", "Payer"):
            party = request.party.id if kind == principal else request.payer_id
            yield from _behind(run_context, run_context.view(party), kind, attribute, rule)


def _stated_media(run_context: RunContext, request: Request, rule: Rule) -> dict[str, str]:
    """Return what the advertiser's own row says of its control as far as a rule asks, and who says so."""
    advertiser = run_context.advertisers.get(request.party.id)
    if advertiser is None or advertiser.media is None or request.party.kind == "payer":
        return {}
    cells = {f"{MEDIA}.{name}": value for name, value in stated_cells(advertiser.media)}
    if not any(path.startswith(MEDIA) for path in rule.reads):
        return {}
    return {path: value for path, value in cells.items() if path in rule.reads} | {
        MEDIA_SOURCE: advertiser.media.source
    }


def _concerning(request: Request, rule: Rule) -> list[str]:
    """Return the paths that a rule reads of this request: of a payer only if it is the principal or looked at."""
    principal = "Payer" if request.party.kind == "payer" else "Advertiser"
    kinds = {principal, "Payer"} if "context.payer" in rule.reads else {principal}
    others = {"Advertiser", "Payer"} - kinds
    return sorted(path for path in rule.reads if path.partition(".")[0] not in others)


def _read(facts: Facts, request: Request, rule: Rule) -> Iterable[tuple[str, str]]:
    """Yield the attributes that a rule reads with their values; the party's own id where it reads none."""
    own_id = f"{facts.principal.type}.@id"
    read = [(path, value) for path in _concerning(request, rule) if (value := _stated(facts, path)) is not None]
    yield from read or [(own_id, facts.principal.id)]


def _stated(facts: Facts, path: str) -> str | None:
    """Return the text of an attribute, `NOT_KNOWN` of one that is absent where nobody knows it."""
    value = _value(facts, path)
    return NOT_KNOWN if value is None and path in _ABSENT_IF_UNKNOWN else value


def _beside(facts: Facts, rule: Rule, origins: Iterable[Finding]) -> Iterable[tuple[str, str]]:
    """Yield how who pays is verified, where a rule asks for a document besides accounts that act as one."""
    value = _value(facts, PAYER_VERIFIED) if PAYER_VERIFIED in rule.reads else None
    acts_as_one = any(each.kind == "coordination" for each in origins)
    if acts_as_one and value is not None and int(value) < VerificationLevel.DOCUMENT:
        yield PAYER_VERIFIED, value


def _behind(run_context: RunContext, view: PartyFacts, kind: str, attribute: str, rule: Rule) -> Iterable[Finding]:
    match attribute.split(".", maxsplit=1)[0]:
        case "@parents":
            designations = {designation for member, designation in rule.members if member == kind}
            for parent in sorted(view.parents):
                if designations & run_context.rulebook.within(parent):
                    yield from view.parents[parent]
        case "designated_share_bp":
            yield from view.share_findings
        case "designated_control":
            yield from view.control_findings
        case "media":
            yield from view.media_findings
        case "association" | "circumvention_confirmed" | "evidence" | "possible_share_bp":
            yield from _noticed(view, attribute)
        case _:
            path = f"{kind}.{attribute}"
            held = (view.regimes.get(each.regime) for each in run_context.rulebook.shares if each.path == path)
            yield from (finding for each in held if each is not None for finding in each.findings)


def _noticed(view: PartyFacts, attribute: str) -> Iterable[Finding]:
    """Return who acts as one with a party, its links to the listed, possible owners, what was confirmed of it."""
    if attribute == POSSIBLE_SHARE:
        return filter(None, [view.possible_share])
    if attribute.startswith("evidence"):
        return view.claims_findings
    if attribute == "circumvention_confirmed":
        return [each for each in view.findings if each.because and each.because[0].name == CIRCUMVENTION]
    if attribute.endswith("listed_links"):
        return [finding for finding in view.findings if finding.kind == "acts_for_listed"]
    return view.coordination_findings


def _value(facts: Facts, path: str) -> str | None:
    """Return the text of an attribute as the facts have it; None where absent, or where it is the clock."""
    root, *steps = path.split(".")
    if path == "context.at" or not steps or steps[0].startswith("@"):
        return None
    value: Any = facts.context if root == "context" else _attributes(facts, root)
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return None if value is None else _text(value)


def _attributes(facts: Facts, kind: str) -> dict[str, Any]:
    return next((entity.attrs for entity in facts.entities if entity.uid.type == kind), {})


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_text(each) for each in value) or "none"
        case {"__entity": {"id": name}}:
            return str(name)
        case {"__extn": {"arg": argument}}:
            return str(argument)
        case dict():
            return "; ".join(f"{key} {_text(each)}" for key, each in value.items())
        case _:
            return str(value)


def _unread(run_context: RunContext, request: Request) -> list[Comparison]:
    """Return why the party of a request, or who pays for it, was not screened; else its content that is not known."""
    tables = run_context.tables
    rejected = tables.ownerless | tables.unscreened
    found = rejected.get(request.party.id) or rejected.get(request.payer_id)
    if found is not None:
        return [_of_cell(ROW_REJECTED, found, f"{found.column}: {found.value}" if found.column else found.value)]
    words = tables.unread_content.get(request.campaign.id, ()) if request.campaign is not None else ()
    return [_of_cell(CONTENT_UNKNOWN, each, each.value) for each in words]


def _of_cell(name: str, cell: Refused, ours: str) -> Comparison:
    return Comparison(
        name=name, ours=ours, theirs=cell.expected, similarity=0.0, weight=0.0, effect="for",
        source_field=f"{cell.file}, line {cell.line}",
    )  # fmt: skip


def _unknown(run_context: RunContext, request: Request, path: str) -> str:
    """Return the payer's id that a campaign gives and no table has, where that hides who pays; else ``""``."""
    named = request.campaign.payer_id if path == PAYER_DISCLOSED and request.campaign is not None else ""
    return "" if named in run_context.payers else named


def _recorded(path: str, value: str, unknown: str = "") -> Comparison:
    return Comparison(
        name="recorded", ours=value, theirs=unknown, similarity=1.0, weight=0.0, effect="for", source_field=path
    )


def _finding(request: Request, kind: Any, comparisons: Iterable[Comparison], sources: tuple[str, ...]) -> Finding:
    return Finding(
        party_kind=request.party.kind,
        party_id=request.party.id,
        kind=kind,
        score=1.0,
        certain=True,
        because=tuple(comparisons),
        sources=sources,
    )


def _row_sources(run_context: RunContext, request: Request) -> tuple[str, ...]:
    """Return the rows of the network's tables that a request was made from, and confirmed verifications laid over."""
    party = run_context.row_source("payers" if request.party.kind == "payer" else "advertisers", request.party.id)
    order = (run_context.row_source("campaigns", request.campaign.id),) if request.campaign is not None else ()
    parties = dict.fromkeys((request.party.id, request.payer_id))
    verified = tuple(run_context.verified[each] for each in parties if each in run_context.verified)
    return (party, *order, *verified)
