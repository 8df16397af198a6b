"""Communities as a person looks at them: all of them, or one with its pairs in sentences."""

from evenhand.model.coordination import Community, CoordinatedPair
from evenhand.model.errors import NotFound
from evenhand.model.record import Record
from evenhand.model.technique import SetTechniques, Technique
from evenhand.store.network import Network
from evenhand.workflows.influence.community_techniques import read_techniques
from evenhand.workflows.influence.edge_evidence import edge_evidence, kept_result
from evenhand.workflows.influence.influence_run import KeptResult
from evenhand.workflows.influence.kept_tables import changed_tables
from evenhand.workflows.influence.noticed_coordination import checked_sentence, result_sentence
from evenhand.workflows.influence.uncounted_acts import unlinked_sentences


class CommunityShown(Record, frozen=True, kw_only=True):
    """A community with its pairs and a sentence for each: what shows most first, declared pairs last.

    `techniques` are those of DISARM that people set on it.
    """

    community: Community
    pairs: tuple[CoordinatedPair, ...]
    sentences: tuple[str, ...]
    techniques: tuple[Technique, ...] = ()


def shown_communities(network: Network) -> tuple[tuple[Community, ...], str]:
    """Return the communities of the last run of the tests, and in one line what was tested, when, and if it is stale.

    Raises:
        NotFound: nothing was tested yet.
    """
    kept = kept_result(network)
    return kept.result.communities, tested_sentence(network, kept)


def tested_sentence(network: Network, kept: KeptResult) -> str:
    """Return in one line what was tested, when, and which tables have changed since; each of them is read once."""
    sentence = result_sentence(kept.coordination, kept.result.not_compared)
    when = f"; as of {kept.found_at:%Y-%m-%d %H:%M} UTC" if kept.found_at is not None else ""
    changed = ", ".join(f"`{each}`" for each in changed_tables(network, kept.result.files))
    stale = f"; {changed} changed since and not tested yet" if changed else ""
    return f"{sentence}{when}{stale}"


def shown_community(network: Network, text: str) -> CommunityShown:
    """Return the community of this id, or of the only id that begins so.

    Raises:
        NotFound: there is none, or several, or nothing was tested yet.
    """
    kept = kept_result(network)
    wanted = text.strip().lower()
    found = [each for each in kept.result.communities if each.id.startswith(wanted) and wanted]
    if len(found) != 1:
        known = ", ".join(each.id for each in (found or kept.result.communities)[:5])
        what = "several communities begin so:" if found else "no community of this id"
        raise NotFound(what, got=text, expected=f"one of {known}" if known else "",
                       todo="`evenhand influence show DIR` lists them")  # fmt: skip
    members = set(found[0].members)
    inside = [each for each in kept.coordination.pairs if each.a in members and each.b in members]
    pairs = tuple(sorted(inside, key=lambda each: each.declared))  # stays in order of q otherwise
    return CommunityShown(
        community=found[0], pairs=pairs, sentences=tuple(checked_sentence(each, kept.coordination) for each in pairs),
        techniques=read_techniques(network, [found[0].id]).get(found[0].id, SetTechniques()).standing,
    )  # fmt: skip


def standing_techniques(network: Network) -> dict[str, tuple[Technique, ...]]:
    """Return the techniques that people set on communities of the last run, by id of the community.

    Raises:
        NotFound: nothing was tested yet.
    """
    found = read_techniques(network, [each.id for each in kept_result(network).result.communities])
    return {community: each.standing for community, each in found.items() if each.standing}


def edge_sentences(network: Network, a: str, b: str) -> tuple[str, ...]:
    """Return what was counted of two accounts in sentences; that they are not linked, where nothing was found.

    Raises:
        NotFound: nothing was tested yet, or the events have no such account.
    """
    evidence, kept = edge_evidence(network, a, b), kept_result(network)
    if not evidence.pairs:
        both = (each.id for each in kept.result.communities if {a, b} <= set(each.members))
        return tuple(unlinked_sentences(evidence, next(both, "")))
    return tuple(checked_sentence(each, kept.coordination) for each in evidence.pairs)
