"""Sentences on what decided about one party alone: rules that name it, and a person's word against a certain match."""

from collections.abc import Iterable

from evenhand.model.audit import AuditReport
from evenhand.render.audit_words import listing, plural

_MOST_NAMED = 5


def about_exceptions(report: AuditReport) -> Iterable[str]:
    """Yield a sentence on each rulebook whose rules name parties, and on the certain matches that people freed."""
    for each in report.naming_rules:
        rules = listing(f"`{name}`" for name in each.rules[:_MOST_NAMED])
        name, who = ("Rule", "names a party or singles one out") if len(each.rules) == 1 else (
            "Rules", "name parties or single some out"
        )  # fmt: skip
        yield (
            f"{name} {rules} of rulebook {each.rulebook} {who}: whom such a rule meets or spares is compared with"
            f" nobody. {plural(each.decisions, 'decision')} {'was' if each.decisions == 1 else 'were'} made under it."
        )
    if report.freed:
        shown = [
            f"{each.party} is not `{each.entity_id}` of `{each.list}` (by {each.by}, leaf {each.seq})"
            for each in report.freed[:_MOST_NAMED]
        ]
        more = f"; and {len(report.freed) - _MOST_NAMED:,} more" if len(report.freed) > _MOST_NAMED else ""
        yield (
            f"A person's word stands against {plural(len(report.freed), 'certain match', 'certain matches')}: "
            f"{'; '.join(shown)}{more}."
        )
