"""A match in words: how sure it is, what it compares, and both sides field by field."""

from collections.abc import Iterable, Iterator

from evenhand.model.decision import Decision
from evenhand.model.finding import Finding
from evenhand.model.finding_sentences import HOW_SURE, acts_as_one
from evenhand.model.matches import EntryShown, PartyShown
from evenhand.model.outcome import Outcome
from evenhand.policy.attribute_words import attribute_words
from evenhand.render.wording import kind_word
from evenhand.workflows.evaluation.list_relations import folded_name

COMPARABLE = ("Names", "Aliases", "Kind", "Born", "Countries", "Numbers", "Websites", "Accounts")
"""The labels that both sides can have, in the order of both."""

Row = tuple[str, tuple[str, ...], tuple[str, ...], bool]
"""A label, our values, the entry's values, and whether they agree."""

WIDE = frozenset({"Remarks", "List", "Page"})
"""Labels of an entry whose values are too long for a column."""

_MOST_CHARACTERS = 400


def certainty(finding: Finding, about: str = "", beside: str = "") -> str:
    """Return how sure a finding is and what it speaks of: `possible match, score 0.96, with x of house-list`."""
    sure = HOW_SURE[finding.strength]
    whose = f"{finding.party_kind} {finding.party_id}: " if about and finding.party_id != about else ""
    entry = f"{finding.entity_id} of {finding.list}"
    match finding.kind:
        case "state_media" if finding.is_media_tie:
            how = "by a person's judgement" if finding.is_judged else "not judged"
            return f"{whose}tie to the listed outlet {entry}, {how}"
        case "listed" | "state_media":
            how = "by a person's judgement" if finding.is_judged else f"score {finding.score:.2f}"
            return f"{whose}{sure} match with {entry}, {how}"
        case "lookalike_domain":
            is_beside = any(each.name == "domain.shared" for each in finding.because)
            return f"{whose}{'host beside one' if is_beside else 'look-alike of a domain'} of {entry}"
        case "recorded" | "rule_error":
            return f"{whose}on record"
        case "claims":
            return f"{whose}statements of others, confirmed by a person to have been made; not to be true"
        case "coordination":
            return f"{whose}{acts_as_one(finding)}; {beside or 'by itself this restricts nobody'}"
        case _:
            return f"{whose}{sure}, by ownership or control"


def rests_beside(decision: Decision) -> str:
    """Return what a restriction rests on beside that the party acts as one with others; ``""`` where it does not."""
    rules = {rule for rule, kind, _ in decision.grounds if kind == "coordination"}
    others = [(kind, end) for rule, kind, end in decision.grounds if rule in rules and kind != "coordination"]
    if not rules or decision.outcome.severity < Outcome.HOLD.severity:
        return ""
    paths = [end for kind, end in others if kind == "recorded" and ".association." not in end]
    names = [attribute_words(path).partition(" (")[0] for path in paths]
    found = [kind.replace("_", " ") for kind, _ in others if kind != "recorded"]
    further = sorted({rule for rule, _, _ in decision.grounds} - rules)
    words = [*dict.fromkeys((*names, *found)), *(f"rule {rule}" for rule in further)]
    return f"the decision rests on this together with: {', '.join(words)}" if words else ""


def comparison_lines(comparisons: Iterable[str]) -> tuple[str, ...]:
    """Return the word comparisons as people read them."""
    return tuple(each.replace("`", '"') for each in comparisons)


def entry_fields(entry: EntryShown, *, whole: bool = False) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what an entry says, by label; fields without a value are left out."""
    fields: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Names", entry.names or (entry.caption,)),
        ("Aliases", entry.aliases),
        ("Kind", (kind_word(entry.schema),)),
        ("Born", entry.birth_dates),
        ("Countries", entry.countries),
        ("Numbers", entry.identifiers),
        ("Websites", entry.websites),
        ("Accounts", entry.accounts),
        ("Programme", entry.programmes),
        ("Control", entry.media_control),
        ("Listed since", (entry.listed_since,)),
        ("Listed until", (entry.listed_until,)),
        ("Remarks", entry.remarks if whole else _short(entry.remarks)),
        ("List", (list_line(entry),)),
        ("Page", (entry.page,)),
    )
    for label, values in fields:
        if shown_values := tuple(filter(None, values)):
            yield label, shown_values


def compared_fields(party: PartyShown | None, entry: EntryShown, finding: Finding) -> Iterator[Row]:
    """Yield each field that one of both sides has: its label, our values, the entry's, and whether they agree.

    They agree where a value of one is a value of the other but for capitals, marks and the order of words; a birth date
    also where one of them is only a year or month. Numbers agree where the finding compared them: the same digits are
    another number in another country's register. The entry's page is left out.
    """
    has_number = any(each.name == "identifier.equal" for each in finding.because)
    ours = party_fields(party) if party is not None else {}
    theirs = dict(entry_fields(entry))
    theirs.pop("Page", None)
    for label in dict.fromkeys((*COMPARABLE, *theirs)):
        own, other = tuple(filter(None, ours.get(label, ()))), theirs.get(label, ())
        if own or other:
            yield label, own, other, has_number if label == "Numbers" else _agree(label, own, other)


def _agree(label: str, ours: Iterable[str], theirs: Iterable[str]) -> bool:
    if label == "Born":
        return any(one.startswith(other) or other.startswith(one) for one in ours for other in theirs)
    comparable = _host if label == "Websites" else folded_name
    return bool({comparable(each) for each in ours} & {comparable(each) for each in theirs})


def _host(address: str) -> str:
    """Return the host of a website as it is listed: `https://www.a.example/en` is `a.example`."""
    return address.casefold().rpartition("//")[2].partition("/")[0].removeprefix("www.")


def page_of(entry: EntryShown) -> str:
    """Return the publisher's page of an entry where it is a web address, else ``""``: a link may lead nowhere else."""
    return entry.page if entry.page.startswith(("https://", "http://")) else ""


def list_line(entry: EntryShown) -> str:
    """Return which list an entry is on: what it is called, its date, and who publishes it."""
    own = "this network's own list" if entry.publisher == "house" else entry.publisher
    return f"{entry.list_name} ({entry.published_on or 'no date'}), {own}"


def party_fields(party: PartyShown) -> dict[str, tuple[str, ...]]:
    """Return what our record says of a party, by the labels of `entry_fields`."""
    return {
        "Names": (party.name,),
        "Aliases": party.aliases,
        "Kind": (kind_word(party.schema),),
        "Born": tuple(filter(None, (party.birth_date,))),
        "Countries": tuple(filter(None, (party.country,))),
        "Numbers": party.identifiers,
        "Websites": party.domains,
        "Accounts": party.accounts,
    }


def _short(remarks: tuple[str, ...]) -> tuple[str, ...]:
    text = " ".join(remarks)
    return (text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS].rstrip()} …",)
