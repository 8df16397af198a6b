"""Headings that the settings leave unread by name: `owners = "Beneficial owner;!Account owner"`."""

from collections.abc import Mapping, Sequence, Set

_MARK = "!"


def without_declined(mapping: Mapping[str, str], header: Sequence[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return a mapping of columns to headings without those that it leaves unread, marked by `!`, and these.

    A column that names no other heading is left to be guessed. A heading that begins with `!` itself is no mark.

    >>> without_declined({"owners": "UBO;!Owner", "name": "Firma"}, ("Firma", "Owner", "UBO"))
    ({'owners': 'UBO', 'name': 'Firma'}, frozenset({'Owner'}))
    """
    found: dict[str, str] = {}
    declined: set[str] = set()
    for ours, theirs in mapping.items():
        parts = [theirs] if theirs in header else [each.strip() for each in theirs.split(";")]
        marked = {each for each in parts if each not in header and each[:1] == _MARK and each[1:].strip() in header}
        declined |= {each[1:].strip() for each in marked}
        left = [each for each in parts if each not in marked]
        if left:
            found[ours] = ";".join(left)
    return found, frozenset(declined)


def with_declined(read: Mapping[str, str], mapping: Mapping[str, str], declined: Set[str]) -> dict[str, str]:
    """Return the headings that are `read`, by column, with those that the mapping leaves unread beside them.

    >>> with_declined({"name": "Firma"}, {"owners": "!Owner"}, {"Owner"})
    {'name': 'Firma', 'owners': '!Owner'}
    """
    found = dict(read)
    for ours, theirs in mapping.items():
        parts = map(str.strip, theirs.split(";"))
        marked = [each for each in parts if each[:1] == _MARK and each[1:].strip() in declined]
        if marked:
            found[ours] = ";".join(filter(None, (found.get(ours, ""), *marked)))
    return found
