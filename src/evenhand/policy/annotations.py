"""The annotations that a ruling and a decision rest on, held to their form."""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date
from typing import NamedTuple

from evenhand.model.dsa_codes import CATEGORIES, KEYWORDS, LANGUAGES
from evenhand.model.outcome import Outcome
from evenhand.model.text_matching import similarity_to

VERDICTS = ("refuse", "hold", "limit", "label")
GROUNDS = ("illegal", "contract")

# A rule without one of these can be ruled by nobody: no setting loads it.
VITAL = frozenset({"id", "effective_from", "effective_until", "verdict", "ground", "notice_days"})

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAYS = re.compile(r"0|[1-9][0-9]{0,3}")
_KIND = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_PATH = re.compile(r"[A-Za-z_]\w*(::[A-Za-z_]\w*)*(\.@?[A-Za-z_]\w*)+", re.ASCII)
_LANGUAGE = re.compile(r"([a-z]{2,3})(-[A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+([/?#]\S*)?")


class Problem(NamedTuple):
    """An annotation that is absent (`got` None) or out of its form."""

    name: str
    got: str | None
    expected: str

    @property
    def what(self) -> str:
        """Return which of the two it is."""
        return f"{'missing' if self.got is None else 'invalid'} annotation @{self.name}"


def problems(annotations: Mapping[str, str], forbids: bool) -> Iterator[Problem]:
    """Yield what is absent or out of its form, each annotation once.

    Source: `policy.md` §3 and §12.
    """
    needed = _NEEDED | (_FORBID_NEEDED if forbids else {})
    for name, (is_right, expected) in (needed | _OPTIONAL).items():
        value = annotations.get(name)
        if value is None and name in needed:
            yield Problem(name, None, expected)
        elif value is not None and not is_right(value):
            yield Problem(name, value, expected)
    until = annotations.get("effective_until")
    if until is not None and not (_is_date(until) and until > annotations.get("effective_from", "")):
        yield Problem("effective_until", until, "an ISO date after effective_from")


def unknown(annotations: Mapping[str, str]) -> dict[str, str]:
    """Return the annotations that no rule has, by name, each with what was probably meant (`""`: nothing is like it).

    >>> unknown({"effective_untill": "2027-01-01", "note": "", "why": "it is late"})
    {'effective_untill': 'effective_until', 'note': ''}
    """
    found = {}
    for name in sorted(annotations):
        if name not in KNOWN:
            similarity = similarity_to(name)
            nearest = max(KNOWN, key=similarity)
            found[name] = nearest if similarity(nearest) else ""
    return found


def misplaced(annotations: Mapping[str, str], forbids: bool) -> tuple[str, ...]:
    """Return the annotations of a restriction that a permit has, or the kind of another verdict that a forbid has.

    >>> misplaced({"verdict": "refuse", "title": ""}, forbids=False)
    ('verdict',)
    >>> misplaced({"verdict": "limit", "limit": "one_a_day", "label": "political"}, forbids=True)
    ('label',)
    """
    if not forbids:
        return tuple(name for name in _OF_A_RESTRICTION if name in annotations)
    given = annotations.get("verdict")
    return tuple(name for name in ("limit", "label") if given in VERDICTS and name in annotations and name != given)


def in_force(annotations: Mapping[str, str], day: date) -> bool:
    """Return whether a rule is in force on a UTC day: from `@effective_from` on, before `@effective_until`."""
    until = annotations.get("effective_until")
    return date.fromisoformat(annotations["effective_from"]) <= day and (
        until is None or day < date.fromisoformat(until)
    )


def effect_beyond_end(annotations: Mapping[str, str]) -> str:
    """Return the first day on which a rule takes effect after its notice, if the rule has ended by then; else "".

    >>> rule = {"effective_from": "2026-11-25", "effective_until": "2026-12-05", "notice_days": "30"}
    >>> effect_beyond_end({"ground": "contract"} | rule), effect_beyond_end({"ground": "illegal"} | rule)
    ('2026-12-25', '')
    """
    until, since, days = (annotations.get(name, "") for name in ("effective_until", "effective_from", "notice_days"))
    if annotations.get("ground") == "illegal" or not (_is_date(since) and _is_date(until) and _DAYS.fullmatch(days)):
        return ""
    first = date.fromisoformat(since).toordinal() + int(days)
    is_beyond = since < until and first >= date.fromisoformat(until).toordinal()
    return date.fromordinal(min(first, date.max.toordinal())).isoformat() if is_beyond else ""


def verdict(annotations: Mapping[str, str]) -> Outcome:
    """Return the outcome that a satisfied forbid asks for."""
    return Outcome(annotations["verdict"])


def legal_basis(annotations: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Return statute, article and jurisdiction; None if there is no basis in three parts.

    >>> legal_basis({"legal_basis": "Regulation (EU) 2024/900 | 5(2) | EU"})
    ('Regulation (EU) 2024/900', '5(2)', 'EU')
    """
    match [part.strip() for part in annotations.get("legal_basis", "").split("|")]:
        case [statute, article, jurisdiction] if statute and article and jurisdiction:
            return statute, article, jurisdiction
        case _:
            return None


def relied_on(annotations: Mapping[str, str]) -> tuple[str, ...]:
    """Return the attribute paths that the law behind a rule lets matter, as written.

    >>> relied_on({"relies_on": "Advertiser.union_established, Advertiser.third_country_controlled"})
    ('Advertiser.union_established', 'Advertiser.third_country_controlled')
    """
    written = annotations.get("relies_on", "").split(",")
    return tuple(path for path in (each.strip() for each in written) if path)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _are_paths(text: str) -> bool:
    return all(_PATH.fullmatch(each.strip()) for each in text.split(","))


def _is_language(text: str) -> bool:
    """Return whether a tag has its form; of languages with two letters, whether there is one."""
    found = _LANGUAGE.fullmatch(text)
    return found is not None and (len(found[1]) > 2 or found[1].upper() in LANGUAGES)


def _are_of(codes: Set[str]) -> Callable[[str], bool]:
    return lambda text: all(each.strip() in codes for each in text.split(","))


_Form = tuple[Callable[[str], object], str]
_Forms = Mapping[str, _Form]
_NEEDED: dict[str, _Form] = {
    "id": (_ID.fullmatch, "lower-case words joined by `-`"),
    "title": (str.strip, "one sentence"),
    "effective_from": (_is_date, "an ISO date such as 2026-01-31"),
    "owner": (str.strip, "a role"),
}
_FORBID_NEEDED: dict[str, _Form] = {
    "verdict": (VERDICTS.__contains__, ", ".join(VERDICTS)),
    "ground": (GROUNDS.__contains__, ", ".join(GROUNDS)),
    "notice_days": (_DAYS.fullmatch, "whole days, 0 to 9999"),
}
_PREFIX = "STATEMENT_CATEGORY_"
_CATEGORY_NAMES = ", ".join(sorted(each.removeprefix(_PREFIX) for each in CATEGORIES))
_OPTIONAL: dict[str, _Form] = {
    "limit": (_KIND.fullmatch, "lower-case words joined by `_`"),
    "label": (_KIND.fullmatch, "lower-case words joined by `_`"),
    "legal_basis": (lambda text: legal_basis({"legal_basis": text}), "statute | article | jurisdiction"),
    "relies_on": (_are_paths, "attribute paths such as Advertiser.country, separated by commas"),
    "sor_category": (CATEGORIES.__contains__, f"{_PREFIX} and one of {_CATEGORY_NAMES}"),
    "sor_addition": (_are_of(CATEGORIES), f"separated by commas, each {_PREFIX} and one of {_CATEGORY_NAMES}"),
    "sor_keywords": (_are_of(KEYWORDS), "keywords of the EU's database such as KEYWORD_PHISHING, separated by commas"),
    "language": (_is_language, "a language tag such as de or de-AT"),
    "way_out": (str.strip, "a sentence that says what would change the outcome"),
    "why": (str.strip, "the reason in a sentence"),
    "to_verify": (str.strip, "what is still to be checked against the text of the law"),
    "criteria": (str.strip, "where the criteria are published, or the criteria themselves"),
    "exempts": (str.strip, "who is exempt"),
    "url": (_ADDRESS.fullmatch, "an address such as https://terms.example/criteria"),
}  # fmt: skip
KNOWN = (*_NEEDED, "effective_until", *_FORBID_NEEDED, *_OPTIONAL)
_OF_A_RESTRICTION = (*_FORBID_NEEDED, "limit", "label", "way_out", "sor_category", "sor_addition", "sor_keywords")
