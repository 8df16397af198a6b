"""Whom an accusation names, and whether another text names one of them."""

from collections.abc import Iterable

from evenhand.model.claims import Claim


def target_names(text: str, claim: Claim) -> tuple[str, ...]:
    """Return the names in the target of a claim, none where it is "the company" or "it"."""
    if claim.target is None:
        return ()
    from evenhand.evidence.subjects import names_in  # noqa: PLC0415  few runs have documents: 0.1 s

    start, end = claim.target
    words = " ".join(text[start:end].split()).removesuffix("’s").removesuffix("'s")
    return names_in(text, (), claim.target) or ((words,) if any(map(str.isupper, words)) else ())


def accused_names(text: str, claim: Claim) -> tuple[str, ...]:
    """Return the names of whom a claim is about: in its target, else in its words; none of "the company".

    INVARIANT: who accuses somebody else in these words is never among them, also where an earlier version read a
    claim and took the accuser for its target.
    """
    from evenhand.evidence.reported_accusations import reported_accusation  # noqa: PLC0415  as above
    from evenhand.evidence.subjects import names_in  # noqa: PLC0415  as above

    accusation = reported_accusation(text, claim.content)
    if accusation is None:
        return target_names(text, claim) or claim.about or names_in(text, claim.content, claim.target)
    accused = accusation.accused
    named = names_in(text, (), accused) if accused else names_in(text, claim.content, None)
    return tuple(each for each in named if each not in accusers_of(text, claim))


def accusers_of(text: str, claim: Claim) -> tuple[str, ...]:
    """Return the names of who accuses somebody else in the words of a claim, as these tell it."""
    from evenhand.evidence.reported_accusations import reported_accusation  # noqa: PLC0415  as above
    from evenhand.evidence.subjects import names_in  # noqa: PLC0415  as above

    accusation = reported_accusation(text, claim.content)
    return names_in(text, (), accusation.accuser) if accusation else ()


def names_one_of(names: Iterable[str], text: str) -> bool:
    """Return whether a text has one of some names; in doubt, where there is no name, that it may mean them."""
    from evenhand.evidence.text_spans import holds_words  # noqa: PLC0415  as above

    known, plain = tuple(names), " ".join(text.casefold().split())
    return not known or any(holds_words(plain, each.casefold()) for each in known)
