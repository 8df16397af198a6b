"""Names without what is no part of them: the number that a register gave, and the year of founding.

`X HRB 12345`, `X, Reg. No. 12345`, `X est. 1999`. A number is taken off only behind a word for it: `Brigade 44` stays.
"""

import re

from evenhand.screening.names.words import table_lines

_PHRASES = dict(table_lines("registrations.txt"))


def _any_of(kind: str) -> str:
    """Return a pattern of the phrases of a kind, the longest first, with or without their dots, hyphens and blanks."""
    phrases = sorted((each.strip() for each in _PHRASES[kind].split("|")), key=lambda each: (-len(each), each))
    written = (
        re.escape(each).replace(r"\.", r"\.?").replace(r"\ ", r"\s*").replace(r"\-", "[-.\\s]*") for each in phrases
    )
    return rf"(?:{'|'.join(written)})(?![^\W\d_])[\s.:#-]*"


_COURT = r"(?:Amtsgericht|AG|Registergericht)\s+[^\W\d_]+"
_LETTERS = r"(?:[A-Z]{1,4}[\s-]?)?"  # of a country or kind: `DE123456789`, `B 123 456 789`
_YEAR = r"(?:1[5-9]|20)\d\d(?!\w)"
_STATED = re.compile(
    r"(?:^|[\s,;(\[–—-]{1,4})(?:"
    rf"(?:{_COURT}[\s,]*)?(?:{_any_of('court')})\d[\d\s]*(?:[A-Z](?!\w))?(?:[\s,]*{_COURT})?"
    rf"|{_any_of('register')}(?:{_any_of('sign')})?{_LETTERS}(?:\d[\s./-]?){{4,}}\d(?:\s?[A-Z])?(?!\w)"
    rf"|{_any_of('registration')}{_any_of('sign')}{_LETTERS}(?:\d[\s./-]?){{2,}}\d(?:\s?[A-Z])?(?!\w)"
    rf"|{_any_of('founded')}(?:{_any_of('in')})?{_YEAR}(?:\s*{_any_of('year')})?"
    r")[)\]]?",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d\d")


def without_registration(text: str) -> str:
    """Return a name without numbers of registers and the year of founding; all of it where nothing else is left.

    >>> without_registration("Zorblatt Holding HRB 12345"), without_registration("Zorblatt, est. 1999")
    ('Zorblatt Holding', 'Zorblatt')
    >>> without_registration("Brigade 44"), without_registration("Since 1999")
    ('Brigade 44', 'Since 1999')
    """
    if not _FIGURES.search(text):
        return text
    rest = _STATED.sub(" ", text)
    return text if rest == text else " ".join(rest.split()) or text
