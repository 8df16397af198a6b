"""How a state controls a news outlet, from lists and from the client's own row: the stricter of the two counts."""

import shlex
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from evenhand.model.finding import Finding
from evenhand.model.party import Advertiser, MediaControl
from evenhand.workflows.evaluation.facts import content_kinds, reference
from evenhand.workflows.evaluation.run_context import RunContext

Json = dict[str, Any]

# The code of the State Media Monitor -> (ControlType ids, taxpayer funded, editorially independent).
# Our reading of the typology (`screening.md` §10), to be verified against its text. A code that is not here
# (`ISFM?`, blank) is unknown: no `media`, the finding alone is shown.
_STATE = ("editorial_content", "financial_ownership")
TYPOLOGY: dict[str, tuple[tuple[str, ...], bool, bool]] = {
    "SC": (_STATE, True, False),
    "CaPu": (_STATE, False, False),
    "CaPr": (("editorial_content", "political_pressure"), False, False),
    "ISFM": (("financial_ownership",), True, True),
    "ISF": (("financial_ownership",), True, True),
    "ISM": ((), False, True),
    "IP": ((), True, True),
}
_LISTED_SECTIONS = frozenset({"news"})
_MOST_NAMED = 5


class OutletControl(NamedTuple):
    """What counts of an outlet: ContentKind ids, ControlType ids, and the two halves of the exemption."""

    sections: frozenset[str]
    control: frozenset[str]
    taxpayer_funded: bool
    editorially_independent: bool

    @property
    def is_of_a_state(self) -> bool:
        """Return whether a state controls the outlet and nothing exempts it."""
        return bool(self.control) and not (self.taxpayer_funded and self.editorially_independent)

    def record(self) -> Json:
        """Return it as the schema's `media`."""
        return {
            "sections": content_kinds(self.sections),
            "control": [reference("ControlType", kind) for kind in sorted(self.control)],
            "taxpayer_funded": self.taxpayer_funded,
            "editorially_independent": self.editorially_independent,
        }


def outlet_control(codes: Iterable[str], stated: MediaControl | None = None) -> OutletControl | None:
    """Return what counts of an outlet, from the typology codes of its certain matches and what its row states.

    Control adds up, and an exemption counts only if all agree on it: several entries of one brand, and entries and the
    row. What a row does not state is the list's, so that no cell takes anything from a list. None where no code is
    known and nothing is stated.
    """
    known = [TYPOLOGY[code] for code in codes if code in TYPOLOGY]
    listed = OutletControl(
        _LISTED_SECTIONS, frozenset(kind for kinds, _, _ in known for kind in kinds),
        all(paid for _, paid, _ in known), all(free for _, _, free in known),
    ) if known else None  # fmt: skip
    if stated is None:
        return listed
    if listed is None:
        sections, control = frozenset(stated.sections), frozenset(stated.control)
        return OutletControl(sections, control, stated.taxpayer_funded or False,
                             stated.editorially_independent or False)  # fmt: skip
    return OutletControl(
        listed.sections.union(stated.sections),
        listed.control.union(stated.control),
        listed.taxpayer_funded and stated.taxpayer_funded is not False,
        listed.editorially_independent and stated.editorially_independent is not False,
    )


def media_record(codes: Iterable[str], stated: MediaControl | None = None) -> Json | None:
    """Return `outlet_control` as the schema's `media`."""
    found = outlet_control(codes, stated)
    return found.record() if found is not None else None


def stated_cells(media: MediaControl) -> Iterator[tuple[str, str]]:
    """Yield the cells that a row states of an outlet, by the attribute's name, as texts, without its source."""
    if media.sections:
        yield "sections", ", ".join(sorted(media.sections))
    if media.control:
        yield "control", ", ".join(sorted(media.control))
    for name in ("taxpayer_funded", "editorially_independent"):
        if (value := getattr(media, name)) is not None:
            yield name, "yes" if value else "no"


def media_sentences(run_context: RunContext) -> tuple[str, ...]:
    """Return a sentence on each advertiser whose row says another thing of its control than a list, the first few."""
    stated = (each for each in run_context.tables.advertisers if each.media is not None)
    found = list(filter(None, (_contradiction(run_context, each) for each in stated)))
    more = len(found) - _MOST_NAMED
    rest = f"{more:,} more {'advertiser has' if more == 1 else 'advertisers have'} such a row"
    return (*found[:_MOST_NAMED], *((rest,) if more > 0 else ()))


def _contradiction(run_context: RunContext, advertiser: Advertiser) -> str:
    findings = run_context.view(advertiser.id).media_findings
    listed = outlet_control(code for each in findings for code in _codes(run_context, each))
    if listed is None or advertiser.media is None:
        return ""
    by_list = MediaControl(
        sections=tuple(listed.sections), control=tuple(listed.control), taxpayer_funded=listed.taxpayer_funded,
        editorially_independent=listed.editorially_independent, source="",
    )  # fmt: skip
    theirs = dict(stated_cells(by_list))
    differing = [
        f"media_{name} {value} (list: {theirs.get(name, 'none')})"
        for name, value in stated_cells(advertiser.media)
        if value != theirs.get(name)
    ]
    if not differing:
        return ""
    first = findings[0]
    entry = f"{shlex.quote(first.list)}#{shlex.quote(first.entity_id)}"
    own = f", or the entry, since {first.list} is a list of your own" if first.list.startswith("house-") else ""
    return (
        f"the row of {advertiser.name} ({advertiser.id}) contradicts the list entry {first.list}#{first.entity_id}:"
        f" {'; '.join(differing)}; source of the row: {advertiser.media.source}. The stricter of the two counts. If the"
        f" entry does not describe this client, judge the match: `evenhand judge DIR {shlex.quote(advertiser.id)}"
        f" {entry} not-same --by WHO --why TEXT`; then the row alone counts. Else correct the row{own}"
    )


def _codes(run_context: RunContext, finding: Finding) -> tuple[str, ...]:
    entity = run_context.entity_of(finding)
    return entity.values("controlTypology") if entity is not None else ()
