"""The reasons record of a decision: filled from the case, nothing typed twice (`pipeline.md` §9)."""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from evenhand.model.calendar_months import add_months
from evenhand.model.decision import Decision
from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.outcome import Outcome
from evenhand.model.ruling import Rule
from evenhand.model.statement import (
    Addressee,
    Automation,
    Case,
    Content,
    Dates,
    FreeText,
    Internal,
    Redress,
    Source,
    StatedBesides,
    StatedStage,
    StatementOfReasons,
)
from evenhand.reasons.deadlines import waits_until
from evenhand.reasons.facts import facts, is_label
from evenhand.reasons.ground import deciding_rule, decision_ground, laws_behind, rules_language
from evenhand.reasons.kinds import ACCOUNT, CAMPAIGN, kind_of, template_of
from evenhand.reasons.language import words_of
from evenhand.reasons.quotations import check_quotations
from evenhand.reasons.wording import Wording, is_natural

_OWN = Source(type="own")


def statement_of_reasons(decision: Decision, case: Case) -> StatementOfReasons:
    """Return the reasons record of a decision other than allow; its dates are days of the network's zone.

    Raises:
        RecordIncomplete: the decision allows, there is nothing to give reasons for; or it rests on a claim that may not
            be given.

    Source: `pipeline.md` §9; DSA Art. 17.
    """
    if decision.outcome is Outcome.ALLOW:
        raise RecordIncomplete("not a restriction:", where=decision.id, errors=(FieldError("outcome", "allow"),))
    rule = deciding_rule(decision, case)
    notes = rule.annotations if rule is not None else {"sor_category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"}
    words = words_of(case.settings.language)
    wording = Wording(case=case, public=False, words=words)
    whole_facts = facts(decision, wording)
    facts_public = facts(decision, Wording(case=case, public=True, words=words))
    check_quotations(whole_facts, decision.findings, wording)
    zone, kind = ZoneInfo(case.zone), kind_of(decision.scope, decision.outcome)
    waits = waits_until(decision, case)
    informed = waits or case.informed  # the last day on which it is told
    starts_on, decided_on = (at.astimezone(zone).date() for at in (decision.effective_from, decision.decided_at))
    return StatementOfReasons(
        id=f"r-{decision.id.removeprefix('d-')}",
        decision=decision.id,
        advertiser=Addressee(id=case.party.id, name=case.party.name, type=case.party.type),
        kind=kind,
        account_kept=decision.plan.account_kept,
        scope=_scope(decision.territories),
        starts_on=starts_on,
        starts_at=_later(decision, decision.effective_from),
        ends_on=_ends_on(decision, case, decision.outcome, zone),
        facts=whole_facts,
        facts_public=None if facts_public == whole_facts else facts_public,
        source=_OWN,
        automation=Automation(detection="yes", decision=_automated(decision)),
        ground=decision_ground(decision, case, rule, words),
        category=notes.get("sor_category", ""),
        category_addition=_codes(notes, "sor_addition"),
        keywords=_codes(notes, "sor_keywords"),
        content=_content(decision),
        dates=Dates(object=case.object_on, decided=decided_on, informed=informed),
        redress=_redress(case, informed),
        persons=_persons(case),
        language=case.settings.language,
        template=template_of(decision.scope, kind),
        worded_in=words.language,
        way_out=words.rule_text(notes.get("way_out", "").strip(), rules_language(rule, words)) or None,
        notice_period_days=(starts_on - decided_on).days,
        notice_waived=_waived(decision, case, rule) if starts_on == decided_on else None,
        waits_until=waits,
        stages=_stages(decision, zone) or UNSET,
        besides=_besides(decision, case, zone) or UNSET,
    )


def _ends_on(decision: Decision, case: Case, outcome: Outcome, zone: ZoneInfo) -> date | None:
    """Return the day until which an outcome holds: the decision's own, else the day its rules end by themselves."""
    ends = decision.until or case.ends.get(outcome)
    return None if ends is None else ends.astimezone(zone).date()


def _besides(decision: Decision, case: Case, zone: ZoneInfo) -> tuple[StatedBesides, ...]:
    """Return the label that rules ask for beside a limit; what is held or refused is shown with none."""
    if decision.outcome is not Outcome.LIMIT or not any(is_label(rule) for rule in case.rules):
        return ()
    ends_on = _ends_on(decision, case, Outcome.LABEL, zone)
    return (StatedBesides(kind=kind_of(decision.scope, Outcome.LABEL), ends_on=ends_on),)


def _stages(decision: Decision, zone: ZoneInfo) -> tuple[StatedStage, ...]:
    return tuple(
        StatedStage(
            kind="allow" if each.outcome is Outcome.ALLOW else kind_of(decision.scope, each.outcome),
            starts_on=each.effective_from.astimezone(zone).date(),
            starts_at=_later(decision, each.effective_from),
        )
        for each in decision.stages or ()
    )


def _later(decision: Decision, begins: datetime) -> datetime | UnsetType:
    """Return an instant that is later than the decision: what begins with it needs no time of day."""
    return begins if begins > decision.decided_at else UNSET


def _scope(territories: tuple[str, ...]) -> tuple[str, ...] | str:
    """Return the codes, or the word where it is all that there is."""
    return territories[0] if territories in (("global",), ("EEA",)) else territories


def _automated(decision: Decision) -> Literal["none", "partial", "full"]:
    if decision.decided_by.kind == "person":
        return "none"
    sources = (source for finding in decision.findings for source in finding.sources)
    return "partial" if any(source.startswith(("judgement:", "confirmed:", "claim:")) for source in sources) else "full"


def _codes(notes: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(filter(None, (code.strip() for code in notes.get(name, "").split(","))))


def _content(decision: Decision) -> Content:
    about = CAMPAIGN if decision.scope.startswith("campaign:") else ACCOUNT
    return Content(types=("CONTENT_TYPE_OTHER",), other=about)


def _waived(decision: Decision, case: Case, rule: Rule | None) -> Literal["law"] | None:
    """Return `law` where a law forbids to wait, which is then why there is no notice; None of any other cause.

    Source: Regulation (EU) 2019/1150 Art. 4(4)(a).
    """
    by_law = rule is not None and rule.id in decision.reasons and laws_behind(case, rule)
    return "law" if by_law else None


def _redress(case: Case, informed: date) -> Redress:
    settings = case.settings
    return Redress(
        internal=Internal(url=settings.complaint_url, until=add_months(informed, settings.complaint_months)),
        out_of_court=FreeText(text=settings.out_of_court),
        judicial=FreeText(text=settings.judicial),
    )


def _persons(case: Case) -> tuple[str, ...]:
    """Return every name of a natural person in the case; weak aliases are too common to be looked for."""
    names = set(case.persons)
    for entity in (*case.entities.values(), *case.further.values()):
        if entity.schema == "Person":
            names |= {entity.caption, *entity.values("name", "alias", "previousName")}
    if is_natural(case):
        names |= {case.party.name, *case.party.aliases}
    return tuple(sorted(names))
