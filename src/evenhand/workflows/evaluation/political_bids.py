"""Rules about political advertising that bids do not meet, since the network calls no category political."""

from evenhand.model.network import Settings
from evenhand.policy import ActiveRules

_POLITICAL = "context.political"


def unnamed_political_categories(settings: Settings, active: ActiveRules) -> tuple[str, ...]:
    """Return a sentence where rules of serving ask whether an advertisement is political and no category says so.

    None where the settings name a taxonomy, though without a category: somebody has decided that.
    """
    asking = sum("serve" in rule.actions and _POLITICAL in rule.reads for rule in active.rules.values())
    if settings.gate.political_categories or not asking:
        return ()
    rules = "1 rule asks" if asking == 1 else f"{asking} rules ask"
    return (
        f"no bid counts as political by its category, which {rules} the gate for; set"
        ' `1 = ["IAB11-4"]` in [gate.political_categories], or `1 = []` where bids bring no categories',
    )
