"""The graph of linked accounts for the programs in which analysts look at graphs: GraphML and GEXF 1.3.

Nodes are accounts with their group and k-core, edges are pairs with what was counted. Everything is a text, a number or
a truth value; a character that XML does not allow is written as its code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from xml.etree import ElementTree

from evenhand.influence.layout import Place, grid_corners, spring_layout
from evenhand.model.coordination import CoordinatedGroup, CoordinatedPair, Coordination
from evenhand.model.visible_text import visible

_NODE: Final = {"label": "string", "group": "string", "k_core": "int", "named": "boolean"}
_EDGE: Final = {
    "layer": "string", "n": "int", "k": "int", "expected": "double", "p": "double", "q": "double",
    "by_group": "boolean", "declared": "boolean", "p_short_bins": "double",
}  # fmt: skip
_GEXF_KINDS: Final = {"int": "integer"}
_LARGEST_PICTURE: Final = 300

Values = Mapping[str, str | int | float | bool]


def graphml(found: Coordination, names: Mapping[str, str]) -> bytes:
    """Return the linked accounts as GraphML; `names` gives what an account is called."""
    root = ElementTree.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for owner, kinds in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in kinds.items():
            ElementTree.SubElement(
                root, "key", {"id": f"{owner}_{name}", "for": owner, "attr.name": name, "attr.type": kind}
            )
    graph = ElementTree.SubElement(root, "graph", id="coordination", edgedefault="undirected")
    for account, values in _nodes(found, names):
        _graphml_data(ElementTree.SubElement(graph, "node", id=visible(account)), "node", values)
    for number, pair in enumerate(found.pairs):
        ends = {"id": f"e{number}", "source": visible(pair.a), "target": visible(pair.b)}
        _graphml_data(ElementTree.SubElement(graph, "edge", ends), "edge", _edge_values(pair))
    return _written(root)


def gexf(found: Coordination, names: Mapping[str, str], at: datetime) -> bytes:
    """Return the same graph as GEXF, with a place for each account of a group of at most 300."""
    root = ElementTree.Element(
        "gexf", {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "version": "1.3"}
    )
    meta = ElementTree.SubElement(root, "meta", lastmodifieddate=at.date().isoformat())
    ElementTree.SubElement(meta, "creator").text = "Evenhand"
    ElementTree.SubElement(meta, "description").text = "Accounts that act as one beyond chance"
    graph = ElementTree.SubElement(root, "graph", defaultedgetype="undirected", mode="static")
    for owner, kinds in (("node", _NODE), ("edge", _EDGE)):
        declared = ElementTree.SubElement(graph, "attributes", {"class": owner})
        for name, kind in kinds.items():
            if name != "label":
                ElementTree.SubElement(declared, "attribute", id=name, title=name, type=_GEXF_KINDS.get(kind, kind))
    nodes, places = ElementTree.SubElement(graph, "nodes"), _places(found)
    for account, values in _nodes(found, names):
        node = ElementTree.SubElement(nodes, "node", id=visible(account), label=str(values["label"]))
        _gexf_data(node, values)
        if account in places:
            x, y = places[account]
            ElementTree.SubElement(node, "viz:position", x=f"{x:.1f}", y=f"{y:.1f}", z="0.0")
    edges = ElementTree.SubElement(graph, "edges")
    for number, pair in enumerate(found.pairs):
        ends = {"id": f"e{number}", "source": visible(pair.a), "target": visible(pair.b), "weight": str(pair.k)}
        _gexf_data(ElementTree.SubElement(edges, "edge", ends), _edge_values(pair))
    return _written(root)


def k_cores(pairs: Iterable[tuple[str, str]]) -> Mapping[str, int]:
    """Return of each account the largest k such that it is in a part where all have at least k neighbours.

    >>> k_cores([("a", "b"), ("b", "c"), ("a", "c"), ("c", "d")])
    {'d': 1, 'a': 2, 'b': 2, 'c': 2}
    """
    neighbours: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    cores, least = {}, 0
    while neighbours:
        account = min(neighbours, key=lambda each: (len(neighbours[each]), each))
        least = max(least, len(neighbours[account]))
        cores[account] = least
        for other in neighbours.pop(account):
            neighbours[other].discard(account)
    return cores


def _nodes(found: Coordination, names: Mapping[str, str]) -> list[tuple[str, Values]]:
    groups = {member: group for group in found.groups for member in group.members}
    cores = k_cores((pair.a, pair.b) for pair in found.pairs)
    return [
        (
            account,
            {
                "label": visible(names.get(account, account)),
                "group": groups[account].id if account in groups else "",
                "k_core": cores[account],
                "named": account in groups and account in groups[account].named,
            },
        )
        for account in sorted(cores)
    ]


def _edge_values(pair: CoordinatedPair) -> Values:
    """Return what an edge has; of things in common there is no chance in short bins."""
    return {name: value for name in _EDGE if (value := getattr(pair, name)) is not None}


def _places(found: Coordination) -> Mapping[str, tuple[float, float]]:
    """Return a place for each account of a group that is not too large, upwards as GEXF counts."""
    groups = [group for group in found.groups if len(group.members) <= _LARGEST_PICTURE]
    placed = group_places(groups, lambda group: group_pairs(found, group.members), 100.0, 60.0)
    return {account: (x, -y) for account, (x, y) in placed.items()}


def group_places(
    groups: Sequence[CoordinatedGroup], pairs_of: Callable[[CoordinatedGroup], Iterable[CoordinatedPair]],
    scale: float, gap: float,
) -> Mapping[str, Place]:  # fmt: skip
    """Return a place for each account of groups, which stand in a grid; `scale` is the side for one account."""
    sides = [scale * len(group.members) ** 0.5 for group in groups]
    places: dict[str, Place] = {}
    for group, side, (left, top) in zip(groups, sides, grid_corners(sides, gap), strict=True):
        linked = sorted({(pair.a, pair.b) for pair in pairs_of(group)})
        for account, (x, y) in spring_layout(group.members, linked).items():
            places[account] = (left + x * side, top + y * side)
    return places


def _graphml_data(element: ElementTree.Element, owner: str, values: Values) -> None:
    for name, value in values.items():
        ElementTree.SubElement(element, "data", key=f"{owner}_{name}").text = _text(value)


def _gexf_data(element: ElementTree.Element, values: Values) -> None:
    inside = ElementTree.SubElement(element, "attvalues")
    for name, value in values.items():
        if name != "label":
            ElementTree.SubElement(inside, "attvalue", {"for": name, "value": _text(value)})


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return visible(value) if isinstance(value, str) else repr(value)


def _written(root: ElementTree.Element) -> bytes:
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def group_pairs(found: Coordination, members: Sequence[str]) -> list[CoordinatedPair]:
    """Return the pairs within some accounts, the best told first."""
    inside = set(members)
    return [pair for pair in found.pairs if pair.a in inside and pair.b in inside]
