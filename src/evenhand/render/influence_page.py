"""What the tests of influence found, on pages that need no network and no other file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

from evenhand.influence.graph_files import group_pairs, group_places
from evenhand.influence.pair_sentences import TOKENS, layer_words, pair_sentence, pair_strength
from evenhand.model.coordination import CoordinatedGroup, CoordinatedPair, Coordination, EdgeEvidence, SharedAct
from evenhand.model.record import record_sha256
from evenhand.model.technique import SetTechniques
from evenhand.model.visible_text import visible
from evenhand.render import influence_plots
from evenhand.render.audit_words import plural
from evenhand.render.influence_plots import Step
from evenhand.render.pages import render_page

MOST_PAIRS = 60
"""So many pairs of a group are on the page, the strongest first; the tables beside it have all."""
FIRST_PAIRS = 10
"""So many of them are seen at once, the others where a reader unfolds them."""
MOST_ACTS = 40
LONGEST_LABEL = 30


@dataclass(frozen=True)
class _Pair:
    pair: CoordinatedPair
    sentence: str
    strength: str
    acts: tuple[SharedAct, ...]
    acts_left_out: int


class _Group:
    """A group with its pictures and tables."""

    def __init__(
        self, group: CoordinatedGroup, found: Coordination, acts: Mapping[tuple[str, str], Sequence[SharedAct]],
        names: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.group = group
        pairs = [pair for pair in group_pairs(found, group.members) if not pair.declared]
        self.pair_count, self.members = len(pairs), _members(group, pairs, names)
        self.picture, self.pictured = (
            influence_plots.group_picture(group, pairs),
            influence_plots.pictured(group, pairs),
        )
        self.pairs = [_told(pair, found, acts.get((pair.a, pair.b), ()), names) for pair in pairs[:MOST_PAIRS]]
        timed = [pair for pair in pairs if pair.layer != TOKENS]
        behind = [(pair.layer, act) for pair in timed for act in acts.get((pair.a, pair.b), ()) if not act.uncounted]
        shared = [act for layer, act in behind if act.object_type == layer]
        # Of every pair the expected number stands over the common bins: the chance of one, whatever the scale was.
        chance = next((pair.expected / pair.n for pair in timed if pair.n), 0.0)
        self.steps: list[Step] = influence_plots.timeline(shared, chance)
        self.timeline = influence_plots.timeline_picture(self.steps)


def _members(
    group: CoordinatedGroup, pairs: Sequence[CoordinatedPair], names: Mapping[str, str]
) -> list[tuple[str, str, bool, int, float]]:
    rows = []
    for account in group.members:
        own = [pair for pair in pairs if account in {pair.a, pair.b}]
        least = min((pair.q for pair in own), default=1.0)
        rows.append((account, names.get(account, account), account in group.named, len(own), least))
    return rows


def _told(pair: CoordinatedPair, found: Coordination, acts: Sequence[SharedAct], names: Mapping[str, str]) -> _Pair:
    tested = found.token_pairs_tested if pair.layer == TOKENS else found.pairs_tested
    own = tuple(act for act in acts if pair.layer in {TOKENS, act.object_type})
    return _Pair(
        pair, pair_sentence(pair, names), pair_strength(pair, tested), own[:MOST_ACTS], max(0, len(own) - MOST_ACTS)
    )


def render_influence(
    found: Coordination, evidence: Sequence[EdgeEvidence], names: Mapping[str, str], subject: str, at: datetime,
    held: Sequence[str] = (), *, techniques: Mapping[str, SetTechniques] = MappingProxyType({}),
) -> str:  # fmt: skip
    """Return the report as HTML: of each group a picture, a timeline, its members, its pairs and the acts behind them.

    `names` gives what an account is called, `subject` what the network is, `at` when it was tested, `held` the accounts
    of groups that are on hold, `techniques` what people set on groups. Everything that came from outside is escaped.
    """
    acts = {(each.a, each.b): each.acts for each in evidence}
    declared = [pair for pair in found.pairs if pair.declared]
    return render_page(
        "influence.html",
        styles=("influence.css",),
        found=found,
        groups=[_Group(group, found, acts, names) for group in found.groups],
        declared=len({(pair.a, pair.b) for pair in declared}),
        subject=subject,
        at=at,
        held=held,
        first_pairs=FIRST_PAIRS,
        held_mark=held_mark(held, techniques),
        techniques={group: each.standing for group, each in techniques.items()},
        plural=plural,
        small=_small,
        layers=lambda kinds: ", ".join(layer_words(kind) for kind in kinds),
        second=influence_plots.as_utc,
    )


def held_mark(held: Sequence[str], techniques: Mapping[str, SetTechniques]) -> str:
    """Return how the page marks who is on hold and what people set: another mark, and it has to be written anew."""
    standing = {group: each.standing for group, each in techniques.items() if each.standing}
    return record_sha256((tuple(held), standing))[:12]


def _small(chance: float) -> str:
    return f"{chance:.2g}" if chance >= 0.001 else "< 0.001"


def render_graph(found: Coordination, names: Mapping[str, str], subject: str, at: datetime) -> str:
    """Return a page on which the graph of linked accounts can be moved, searched and filtered."""
    return render_page(
        "influence_graph.html",
        script="influence_graph.js",
        libraries=("cytoscape.min.js",),
        styles=("influence.css",),
        found=found,
        subject=subject,
        at=at,
        plural=plural,
        data=Markup(_in_script(_graph_data(found, names))),
    )


def _graph_data(found: Coordination, names: Mapping[str, str]) -> object:
    nodes, edges = [], []
    pairs = {
        group.id: [each for each in group_pairs(found, group.members) if not each.declared] for group in found.groups
    }
    places = group_places(found.groups, lambda group: pairs[group.id], 130.0, 110.0)
    for group in found.groups:
        for account in group.members:
            x, y = places[account]
            name = visible(names.get(account, account))
            nodes.append(
                {
                    "id": account, "name": name, "label": _cut(name), "group": group.id,
                    "named": account in group.named, "x": round(x, 1), "y": round(y, 1),
                }
            )  # fmt: skip
        edges += [
            {
                "a": pair.a, "b": pair.b, "k": pair.k, "q": pair.q, "text": visible(pair_sentence(pair, names)),
                "byGroup": pair.by_group,
            }
            for pair in pairs[group.id]
        ]  # fmt: skip
    return {"nodes": nodes, "edges": edges}


def _cut(name: str) -> str:
    """Return a name for a place with little room; the whole one shows when its account is chosen."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def _in_script(value: object) -> str:
    return json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")
