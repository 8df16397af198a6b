"""Whether a decision rests on a law, or leads to a list that is under one: then no person lifts it alone.

Asked of whole lists, and of laws of any place: what is uncertain (a programme that changed, a law that does not bind
the network) asks for a second person rather than for none.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from evenhand.intake import Tables
from evenhand.model.confirmed_fact import FactChange
from evenhand.model.decision import Decision
from evenhand.model.errors import RulebookInvalid
from evenhand.model.record import sha256_hex
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.evaluation.laws import designations_of_law, listed_ends
from evenhand.workflows.evaluation.run_context import RunContext

NO_TABLES = Tables((), (), (), (), (), (), (), {}, {})
_RULES = ("*.cedar", "*.cedarschema", "*.csv", "*.json")


def touches_law(network: Network, decision: Decision, changes: Sequence[FactChange] = ()) -> bool:
    """Return whether a rule of a decision carries out a law, or its findings or changed facts lead to a list under one.

    Findings lead to an entry directly or through ownership. A rulebook that does not load leaves it open: then it is
    taken to touch a law wherever it leads to any list.
    """
    lists = {each.list for each in changes if each.list}
    lists |= {list_key for finding in decision.findings for list_key, _ in listed_ends(finding)}
    try:
        rules, under_law = _of_law(network)
    except RulebookInvalid:
        return bool(lists)
    return bool(rules.intersection(decision.reasons) or under_law & lists)


def leads_to_binding_list(network: Network, decision: Decision, at: datetime) -> bool:
    """Return whether findings lead to a list that a law binding the network asks for, though no rule says so yet.

    Raises:
        RulebookInvalid: the rulebook does not load.
    """
    settings = network.settings
    rulebook = Rulebook.load(network.rulebook, settings.rulebook.historic)
    context = RunContext(at, settings, rulebook, NO_TABLES, {}, {}, {}, {})
    binding = rulebook.lists_under(designations_of_law(context))
    return any(list_key in binding for finding in decision.findings for list_key, _ in listed_ends(finding))


def list_is_under_law(network: Network, list_key: str) -> bool:
    """Return whether `laws.csv` names a law for a list, or a rule that carries out a law asks for who is on it.

    Raises:
        RulebookInvalid: the rulebook does not load.
    """
    return list_key in _of_law(network)[1]


def _of_law(network: Network) -> tuple[frozenset[str], frozenset[str]]:
    folder = network.rulebook
    files = sorted(path for pattern in _RULES for path in folder.glob(pattern) if path.is_file())
    content = sha256_hex(b"\0".join(each for path in files for each in (path.name.encode(), path.read_bytes())))
    return _read(folder, network.settings.rulebook.historic, content)


@lru_cache(maxsize=8)
def _read(folder: Path, historic: bool, _content: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the rules that carry out a law, and the lists that are under one."""
    rulebook = Rulebook.load(folder, historic)
    lawful = [each for each in rulebook.rules.values() if each.forbids and each.annotations.get("ground") == "illegal"]
    designations = {name for rule in lawful for _, name in rule.members}
    named = {list_key for list_key, _ in rulebook.laws.rows}
    return frozenset(each.id for each in lawful), rulebook.lists_under(designations) | named
