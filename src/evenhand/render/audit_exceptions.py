"""Sentences on what decided about one party alone: rules that name it, a person's word, a notice given again."""

from collections.abc import Iterable

from evenhand.model.audit import AuditReport
from evenhand.render.audit_words import listing, plural

_MOST_NAMED = 5


def about_exceptions(report: AuditReport) -> Iterable[str]:
    """Yield a sentence on rules that name parties, on certain matches that people freed, and on notices given again."""
    for each in report.naming_rules:
        rules = listing(f"`{name}`" for name in each.rules[:_MOST_NAMED])
        name, who = ("Rule", "names a party or singles one out") if len(each.rules) == 1 else (
            "Rules", "name parties or single some out"
        )  # fmt: skip
        yield (
            f"{name} {rules} of rulebook {each.rulebook} {who}: whom such a rule meets or spares is compared with"
            f" nobody. {plural(each.decisions, 'decision')} {'was' if each.decisions == 1 else 'were'} made under it."
        )
    if report.freed_matches:
        shown = [
            f"{each.party} is not `{each.entity_id}` of `{each.list}` (by {each.by}, leaf {each.seq})"
            for each in report.freed_matches[:_MOST_NAMED]
        ]
        more = (
            f"; and {len(report.freed_matches) - _MOST_NAMED:,} more" if len(report.freed_matches) > _MOST_NAMED else ""
        )
        yield (
            f"A person's word stands against {plural(len(report.freed_matches), 'certain match', 'certain matches')}: "
            f"{'; '.join(shown)}{more}."
        )
    for again in report.renewed_notices[:_MOST_NAMED]:
        yield (
            f"Advertiser `{again.advertiser}` was given notice of the same restriction {again.times} times: it was to"
            f" begin on {again.first[:10]}, and now begins on {again.begins[:10]} (leaf {again.seq})."
        )
    left = len(report.renewed_notices) - _MOST_NAMED
    if left > 0:
        yield f"{plural(left, 'more advertiser')} got notice again: the report has all."
