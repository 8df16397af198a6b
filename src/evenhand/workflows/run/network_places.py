"""Whether the places in a network's settings are places, so that rules and laws about them can apply."""

from collections.abc import Iterable, Iterator

from evenhand.gate.conditions.countries import alpha2_of
from evenhand.model.errors import BadInput
from evenhand.model.network import Settings
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.known_places import KnownPlaces
from evenhand.store.country_names import is_user_assigned
from evenhand.store.network import SETTINGS_FILE, Network


def check_places(network: Network, rulebook: Rulebook) -> None:
    """Refuse settings with a place that nobody knows: no rule, vote or law about it would ever apply.

    Raises:
        BadInput: there is one, in `territories`, `bound_by` or a market of `[gate.purchase]`; the message says
            which may have been meant.
    """
    known = KnownPlaces.of(rulebook.territories)
    for key, places in _named(network.settings):
        unknown = [each for each in places if not known.knows(each)]
        if unknown:
            raise BadInput(
                f"{key} names no place: {', '.join(map(known.question, unknown))}",
                where=network.folder / SETTINGS_FILE,
                expected=f"codes of ISO 3166-1 such as DE, GB or US, or {', '.join(sorted(known.unions))}",
            )


def place_warnings(network: Network, rulebook: Rulebook) -> tuple[str, ...]:
    """Return sentences on places of the settings that no country is and no file of the rulebook mentions."""
    mentioned = {each.territory for each in rulebook.territories.memberships}
    mentioned |= {place for laws in rulebook.laws.rows.values() for place, _ in laws}
    return tuple(
        f"{key} names {place}, a code that ISO 3166-1 leaves to its users: no country has it, and"
        " territories.csv and laws.csv of the rulebook do not mention it. Only rules that name it can apply."
        for key, places in _named(network.settings)
        for place in places
        if is_user_assigned(place) and place not in mentioned
    )


def _named(settings: Settings) -> Iterator[tuple[str, Iterable[str]]]:
    section, purchase = settings.network, settings.gate.purchase
    yield "territories in [network]", () if isinstance(section.territories, str) else section.territories
    yield "bound_by in [network]", section.bound_by or ()
    # a market may have three letters, as orders have
    yield "closed_to_political in [gate.purchase]", [alpha2_of(each) or each for each in purchase.closed_to_political]
    yield "verification in [gate.purchase]", [alpha2_of(each) or each for each in purchase.verification]
