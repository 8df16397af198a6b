"""Who acts as one and did not declare it: communities, their pairs, and the acts behind each pair."""

from collections import Counter
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from starlette.responses import FileResponse, Response

from evenhand.influence.pair_sentences import layer_words, pair_sentence, pair_strength
from evenhand.model.coordination import Community, CoordinatedPair
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.outcome import Outcome
from evenhand.model.task import task_id
from evenhand.render.influence_plots import group_picture, pictured
from evenhand.web.console.area import Area, MenuItem, get
from evenhand.web.console.areas.case import case_sources
from evenhand.web.console.filters import with_all
from evenhand.web.console.visit import Visit
from evenhand.workflows.influence.community_techniques import recorded_techniques
from evenhand.workflows.influence.edge_evidence import edge_evidence
from evenhand.workflows.queries.community_pages import TestedCommunities, member_outcomes
from evenhand.workflows.queries.decided_coordination import decided_evidence
from evenhand.workflows.queries.party_case import coordinated_decisions

_PAGE: Final = 50
_MOST_PAIRS: Final = 60
_MOST_ACTS: Final = 100
_FILES: Final = {
    "bundle.json": "application/json", "graph.graphml": "application/xml", "graph.gexf": "application/xml",
    "pairs.parquet": "application/vnd.apache.parquet", "communities.parquet": "application/vnd.apache.parquet",
    "members.parquet": "application/vnd.apache.parquet", "objects.parquet": "application/vnd.apache.parquet",
    "report.html": "text/html; charset=utf-8", "influence.html": "text/html; charset=utf-8",
}  # fmt: skip


class Member(NamedTuple):
    """An account of a community: its place in the picture, and what is in force of it where it is an advertiser."""

    id: str
    name: str
    number: int | None
    pairs: int
    q: float
    finding: str
    outcome: Outcome | None
    is_advertiser: bool


class PairShown(NamedTuple):
    """A pair in sentences, and where its acts are."""

    sentence: str
    strength: str
    path: str
    declared: bool


def influence_page(visit: Visit) -> Response:
    """Show the communities of the last test."""
    try:
        found = _tested(visit)
    except NotFound:
        return visit.render("influence_none.html")
    text, layer, skip = visit.query("q"), visit.query("layer"), visit.number("skip")
    chosen = found.chosen(text, layer)
    layers = Counter(each for community in found.chosen(text) for each in community.layers)
    shown = chosen[skip : skip + _PAGE]
    visit.log_read("communities", ", ".join(each.id for each in shown))
    return visit.render(
        "influence.html", tested=found.tested, shown=shown, total=len(chosen), size=_PAGE, skip=skip, text=text,
        layer=layer, layers=with_all((each, layer_words(each), layers[each]) for each in sorted(layers)),
        techniques=_techniques(visit, found), files=_files(visit), layer_words=layer_words, small=_small,
        coordination=found.kept.coordination,
    )  # fmt: skip


def community_page(visit: Visit) -> Response:
    """Show a community: its picture, its accounts, and its pairs in sentences."""
    found = _tested(visit)
    community = found.community(visit.path("group"))
    pairs = found.pairs(community)
    skip = visit.number("skip")
    undeclared = [each for each in pairs if not each.declared]
    group = found.groups[community.id]
    numbers = {account: place for place, account in enumerate(pictured(group, undeclared), 1)}
    visit.log_read("community", community.id)
    task = task_id("finding", community.id)
    return visit.render(
        "community.html", community=community, picture=group_picture(group, undeclared), tested=found.tested,
        members=_members(visit, found, community, undeclared, numbers), pictured=len(numbers),
        pairs=[_pair(found, community, each) for each in pairs[skip : skip + _MOST_PAIRS]], total=len(pairs),
        size=_MOST_PAIRS, skip=skip, techniques=_techniques(visit, found).get(community.id, ()),
        layers=", ".join(map(layer_words, community.layers)), small=_small,
        task=f"/tasks/{task}" if visit.can_open(f"/tasks/{task}") else "",
        currency=visit.network.settings.network.currency,
    )  # fmt: skip


def edge_page(visit: Visit) -> Response:
    """Show the acts that two accounts of a community have in common; with `decision`, as they were kept of it."""
    found = _tested(visit)
    community = found.community(visit.path("group"))
    a, b, decision = visit.query("a"), visit.query("b"), visit.query("decision")
    for each in (a, b):
        if each not in community.members:
            raise BadInput("no account of this community", got=each, expected="two of its accounts as `a` and `b`")
    visit.log_read("edge of a community", f"{community.id}: {a}, {b}")
    then = decided_evidence(visit.network, decision, a, b, visit.console.suffixes, _no_progress) if decision else None
    evidence = edge_evidence(visit.network, a, b) if then is None else then.evidence
    names, skip = found.kept.names, visit.number("skip")
    sentences = [pair_sentence(each, names) for each in evidence.pairs] if then is None else list(then.sentences)
    return visit.render(
        "edge.html", community=community, evidence=evidence, sentences=sentences, then=then, skip=skip,
        acts=evidence.acts[skip : skip + _MOST_ACTS], size=_MOST_ACTS, decisions=_decisions(visit, (a, b), found),
        layer_words=layer_words,
        a_name=names.get(evidence.a, evidence.a), b_name=names.get(evidence.b, evidence.b),
        is_known={each for each in (a, b) if each not in community.outside},
    )  # fmt: skip


def influence_file(visit: Visit) -> Response:
    """Give one of the files that the last test wrote."""
    name = visit.path("name")
    path = visit.network.out / "influence" / name if name in _FILES else None
    if path is None or not path.is_file():
        raise NotFound("there is no such file", got=name, todo="`evenhand influence run DIR` writes it")
    visit.log_read("file of communities", name)
    return FileResponse(path, media_type=_FILES[name], filename=name)


def _tested(visit: Visit) -> TestedCommunities:
    network = visit.network
    intake = network.settings.intake
    paths = [network.state / "influence" / "result.json"]
    paths += [network.folder / file for file in (intake.events, intake.declared, intake.bids) if file]
    stamp = network.folder, [each.stat().st_mtime_ns if each.is_file() else 0 for each in paths]
    return visit.console.kept("influence", stamp, lambda: TestedCommunities.of(network))


def _techniques(visit: Visit, found: TestedCommunities) -> dict[str, tuple[str, ...]]:
    """Return in words what people set on communities."""
    with visit.console.reading() as ledger:
        known = visit.console.kept(
            "techniques", (ledger.size, [each.id for each in found.communities]),
            lambda: recorded_techniques(ledger, [each.id for each in found.communities]),
        )  # fmt: skip
    return {
        community: tuple(f"{each.id}, set by {each.by} on {each.at:%Y-%m-%d}" for each in several.standing)
        for community, several in known.items()
    }


def _members(
    visit: Visit, found: TestedCommunities, community: Community, pairs: list[CoordinatedPair], numbers: dict[str, int]
) -> list[Member]:
    outcomes = member_outcomes(visit.network, community.members)
    counts, least = Counter[str](), dict[str, float]()
    for pair in pairs:
        for account in (pair.a, pair.b):
            counts[account] += 1
            least[account] = min(pair.q, least.get(account, 1.0))
    return [
        Member(
            id=each, name=found.kept.names.get(each, each), number=numbers.get(each), pairs=counts[each],
            q=least.get(each, community.q), outcome=outcomes.get(each), is_advertiser=each not in community.outside,
            finding="named" if each in community.named else "no advertiser of this network"
            if each in community.outside else "not named: control declared",
        )
        for each in community.members
    ]  # fmt: skip


def _pair(found: TestedCommunities, community: Community, pair: CoordinatedPair) -> PairShown:
    coordination = found.kept.coordination
    tested = coordination.token_pairs_tested if pair.layer == "tokens" else coordination.pairs_tested
    return PairShown(
        sentence=pair_sentence(pair, found.kept.names), strength=pair_strength(pair, tested), declared=pair.declared,
        path=f"/influence/{quote(community.id, safe='')}/edge?{urlencode({'a': pair.a, 'b': pair.b})}",
    )  # fmt: skip


def _decisions(visit: Visit, accounts: tuple[str, str], found: TestedCommunities) -> list[tuple[str, str]]:
    """Return (account, decision) of each decision in force that rests on the coordination of one of two accounts."""
    sources = case_sources(visit)
    with visit.console.reading() as ledger:
        return [
            (found.kept.names.get(each, each), decision)
            for each in accounts
            for decision in coordinated_decisions(sources, ledger, each, visit.now)
        ]


def _files(visit: Visit) -> list[str]:
    folder = visit.network.out / "influence"
    return [name for name in _FILES if (folder / name).is_file()]


def _small(chance: float) -> str:
    return f"{chance:.2g}" if chance >= 0.001 else "< 0.001"


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    return None


AREA: Final = Area(
    menu=(MenuItem("Influence", "/influence", "Work"),),
    routes=(
        get("/influence", influence_page), get("/influence/files/{name}", influence_file),
        get("/influence/{group}", community_page), get("/influence/{group}/edge", edge_page),
    ),
)  # fmt: skip
