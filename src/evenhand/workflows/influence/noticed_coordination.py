"""What the tests found in words that a person can check by hand: of a pair, of a community's members."""

from collections.abc import Iterable, Iterator, Mapping

from evenhand.influence.pair_sentences import TOKENS, pair_sentence, pair_strength
from evenhand.intake import Tables
from evenhand.model.coordination import TIMED, Community, CoordinatedPair, Coordination
from evenhand.model.finding import Comparison, Finding

TELLING = {"payment_token_hash": "payment token"}
"""Kinds of which sharing says much, however many do: a host or a tracker may be a platform's, a payment card is not."""


def checked_sentence(pair: CoordinatedPair, coordination: Coordination) -> str:
    """Return what was counted of two accounts, how far chance explains it, and whether they declared one control."""
    tested = coordination.token_pairs_tested if pair.layer == TOKENS else coordination.pairs_tested
    declared = "Both declare the same control." if pair.declared else "Both declare no common owner, agency or payer."
    return f"{pair_sentence(pair)} {pair_strength(pair, tested)} {declared}"


def result_sentence(coordination: Coordination, not_compared: int) -> str:
    """Return what was tested, found and not looked at, in one line; `not_compared` counts texts."""
    named = sum(len(each.named) for each in coordination.groups)
    members, number = sum(len(each.members) for each in coordination.groups), len(coordination.groups)
    groups = f"{number} {'community' if number == 1 else 'communities'}"
    left = f"; {len(coordination.oversized):,} cells too large to compare" if coordination.oversized else ""
    texts = "1 text is" if not_compared == 1 else f"{not_compared:,} texts are"
    left += f"; {texts} like so many others that not all were compared" if not_compared else ""
    left += f"; {_punctual(coordination)}" if coordination.punctual or coordination.uncertain else ""
    left += "".join(f"; {each}" for each in _shared_by_many(coordination))
    of = f"of {members:,} accounts, {named:,} of them named" if number else "that act as one undeclared"
    return (
        f"coordination: {coordination.events:,} acts of {coordination.accounts:,} accounts tested, {groups} {of}{left}"
    )


def _shared_by_many(found: Coordination) -> Iterator[str]:
    """Yield of things that tell who is behind an account, and that very many have, that they were left out."""
    for each in found.uncounted:
        if each.object_type in TELLING and each.why == "widespread":
            what = f"{TELLING[each.object_type]} ({each.object_id})"
            yield f"{each.accounts:,} accounts have one {what}, which was left out as widespread: look at who has it"


def _punctual(found: Coordination) -> str:
    """Return how many act at full minutes by habit, how many may, and what follows."""
    accounts = "1 account acts" if found.punctual == 1 else f"{found.punctual:,} accounts act"
    others = "account" if found.uncertain == 1 else "accounts"
    if not found.punctual:
        acts = f"more acts are at full minutes than by chance; {found.uncertain:,} {others} may act then by habit"
    else:
        acts = f"{accounts} at full minutes by habit"
        acts += f", {found.uncertain:,} other {others} may" if found.uncertain else ""
    return f"{acts}, and what two of them did then does not count"


def coordination_findings(
    coordination: Coordination, communities: Iterable[Community], files: Mapping[str, str], tables: Tables
) -> Iterator[Finding]:
    """Yield a finding for each advertiser that a community names, with its strongest pair within the community."""
    strongest: dict[str, CoordinatedPair] = {}
    for pair in coordination.pairs:  # in order of q
        if not pair.declared:
            strongest.setdefault(pair.a, pair)
            strongest.setdefault(pair.b, pair)
    for community in communities:
        for account in community.advertisers:
            yield Finding(
                party_kind="advertiser",
                party_id=account,
                kind="coordination",
                score=community.q,
                certain=True,
                because=tuple(_comparisons(account, strongest[account], community, coordination)),
                sources=tuple(_sources(account, community, files, tables)),
            )


def _comparisons(
    account: str, pair: CoordinatedPair, community: Community, coordination: Coordination
) -> Iterator[Comparison]:
    other = pair.b if pair.a == account else pair.a
    if pair.layer == TOKENS:
        yield _line("coordination.things", str(pair.k), other)
        tested = coordination.token_pairs_tested
    else:
        yield _line("coordination.moments", f"{pair.k} / {pair.n}", other)
        tested = coordination.pairs_tested
    yield _line("coordination.expected", _number(pair.expected))
    yield _line("coordination.group", str(len(community.members)), community.id)
    yield _line("coordination.tested", f"{tested:,}", _number(community.q))
    yield _line("coordination.undeclared")


def _line(name: str, ours: str = "", theirs: str = "") -> Comparison:
    return Comparison(name=name, ours=ours, theirs=theirs, similarity=1.0, weight=0.0, effect="for", source_field="")


def _sources(account: str, community: Community, files: Mapping[str, str], tables: Tables) -> Iterator[str]:
    """Yield the tables that the acts of an account are from."""
    names = [name for name in ("events", "bids") if name in files]
    yield from (f"table:{name}@{files[name]}#{account}" for name in names)
    if not names or set(community.layers) - set(TIMED):
        used = [name for name in ("campaigns", "creatives") if name in tables.hashes]
        yield from (f"table:{name}@{tables.hashes[name]}#{account}" for name in used)


def _number(value: float) -> str:
    """Return a number as people read it.

    >>> _number(1.9149), _number(0.00002), _number(0.0), _number(12.0)
    ('1.9', '0.00002', 'below 0.000001', '12')
    """
    if value < 1e-6:
        return "below 0.000001"
    digits = 1 if value >= 1 else 2
    if value >= 0.01:
        return f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return f"{value:.6f}".rstrip("0")
