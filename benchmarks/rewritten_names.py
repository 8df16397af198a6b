"""Listed names rewritten by rule: `python -m benchmarks.rewritten_names [SEED]` (`EVENHAND_DATA`), one JSON object.

Takes half of the entities of the reference lists (by SHA-256 of the caption) that no rule was looked for on, rewrites
up to 80 names a kind, asks for them by the name alone, and prints the share found by kind: random letters, initials,
generations, particles and words written together, branches, German and French spelling. One seed, one set.
"""

import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from evenhand.model.listing import ListedEntity
from tests.conformance.screening_recall import answers, entities_of, index_of

_LISTS = ("ofac_sdn_20210707", "ofac_cons_20251219", "un_sc_20260227", "state_media_202402")
_MOST = 80
_LONG = 10
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OFFICES = (
    "Filiale Hamburg", "Zweigniederlassung Wien", "London Branch", "Succursale de Paris", "Sucursal Madrid",
    "Representative Office Moscow", "Milan Branch", "Oddzial Warszawa", "Istanbul Subesi",
)  # fmt: skip
_PARTICLE = re.compile(r"\b(van den|van der|van|de la|de los|de|del|al|el|abu|ben|bin|abdul|von|di|da) ([a-z]{4,})")
_TELLS = re.compile(r"\b(?:bank|airlines?|shipping|insurance|petroleum|oil)\b", re.IGNORECASE)
_GERMAN = {"shch": "schtsch", "sh": "sch", "zh": "sch", "ch": "tsch", "kh": "ch", "v": "w", "ya": "ja", "yu": "ju"}
_FRENCH = {"shch": "chtch", "zh": "j", "sh": "ch", "ch": "tch", "yu": "iou", "ya": "ia", "u": "ou"}
_FRENCH_ARABIC = {"sh": "ch", "oo": "ou", "ee": "i", "u": "ou", "w": "ou", "j": "dj", "q": "k"}
_NUMBERS = ("2", "No. 3", "2026", "Two", "II", "(2024)", "24")
_REGISTRATIONS = ("HRB 12345", "(HRB 12345 B)", "Reg. No. 0123456", "est. 1999", "since 2004", "OGRN 1027700132195")
_LOOKALIKES = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "$", "t": "7"}
_INNER = re.compile(r"(?<=[^\W\d_])[a-z](?=[a-z])")
_FEWEST = 2
_SLAVIC, _ARABIC = frozenset({"ru", "ua", "by"}), frozenset({"iq", "sy", "lb", "ye", "sa", "eg", "ly", "tn", "dz"})

Rewrite = Callable[[str, random.Random], str]


def in_order(caption: str) -> str:
    """Return a name with the surname behind: `FROST, Ada` as `Ada FROST`."""
    surname, _, given = caption.partition(",")
    return f"{given.strip()} {surname.strip()}".strip()


def noise(letters: int) -> Rewrite:
    """Return the rewriting that changes, adds or loses so many letters anywhere."""

    def rewrite(name: str, chance: random.Random) -> str:
        written = list(name.title()) if len(name) >= _LONG and name.isascii() else []
        for _ in range(letters if written else 0):
            at = chance.choice([place for place, letter in enumerate(written) if letter.isalpha()])
            other = chance.choice(_LETTERS)
            written[at] = chance.choice((other, written[at] + other, ""))
            written = list("".join(written))
        return "".join(written)

    return rewrite


def _initials(order: tuple[int, int]) -> Rewrite:
    def rewrite(name: str, _: random.Random) -> str:
        words = name.split()
        if len(words) != len(order) + 1 or not all(word.isalpha() and len(word) > len(order) for word in words):
            return ""
        return f"{words[order[0]][0]}. {words[order[1]][0]}. {words[2].title()}"

    return rewrite


def _surplus(name: str, chance: random.Random) -> str:
    words = name.title().split()
    return f"{words[0]} {chance.choice('ABCDEFGHJKLM')}. {words[1]}" if len(words) == len(("given", "family")) else ""


def _generation(name: str, chance: random.Random) -> str:
    return f"{name.title()} {chance.choice(('Jr.', 'Sr.', 'III', 'Junior'))}" if " " in name else ""


def _particle(name: str, _: random.Random) -> str:
    plain = name.lower().replace("-", " ")
    return _PARTICLE.sub(lambda found: found[1].replace(" ", "") + found[2], plain, count=1).title()


def _joined(name: str, _: random.Random) -> str:
    first, *rest = name.split()
    both = rest and first.isalpha() and rest[0].isalpha()
    return " ".join([(first + rest[0]).title(), *rest[1:]]) if both else ""


def _office(name: str, chance: random.Random) -> str:
    return f"{name.title()} {chance.choice(_OFFICES)}" if _TELLS.search(name) and " " in name else ""


def _spelled(table: dict[str, str]) -> Rewrite:
    letters = re.compile("|".join(table))
    return lambda name, _: letters.sub(lambda found: table[found[0]], name.lower()).title()


def _behind(several: tuple[str, ...]) -> Rewrite:
    """Return the rewriting that adds one of these behind a name."""
    return lambda name, chance: f"{name.title()} {chance.choice(several)}"


def _signs(most: int) -> Rewrite:
    """Return the rewriting that puts signs for so many letters inside words of four letters or more, where it can."""

    def rewrite(name: str, chance: random.Random) -> str:
        written = name.title()
        inner = [found.start() for found in _INNER.finditer(written) if found[0] in _LOOKALIKES]
        if len(inner) < min(most, _FEWEST):
            return ""
        chosen = set(chance.sample(inner, min(most, len(inner))))
        return "".join(_LOOKALIKES[letter] if at in chosen else letter for at, letter in enumerate(written))

    return rewrite


_KINDS: dict[str, tuple[bool, frozenset[str], Rewrite]] = {
    **{f"company: {many} random letters": (False, frozenset(), noise(many)) for many in (1, 2, 3)},
    "person: 1 random letter": (True, frozenset(), noise(1)),
    "person: initials": (True, frozenset(), _initials((0, 1))),
    "person: initials changed places": (True, frozenset(), _initials((1, 0))),
    "person: an initial more": (True, frozenset(), _surplus),
    "person: a generation more": (True, frozenset(), _generation),
    "person: particle joined": (True, frozenset(), _particle),
    "company: words joined": (False, frozenset(), _joined),
    "company: branch": (False, frozenset(), _office),
    **{f"{who}: a number behind": (who == "person", frozenset(), _behind(_NUMBERS)) for who in ("company", "person")},
    "company: a register's number or a year of founding behind": (False, frozenset(), _behind(_REGISTRATIONS)),
    **{
        f"{who}: {many} signs for letters": (who == "person", frozenset(), _signs(number))
        for who in ("company", "person")
        for many, number in (("1", 1), ("2", 2), ("all", 99))
    },
    "person: Slavic, German spelling": (True, _SLAVIC, _spelled(_GERMAN)),
    "person: Slavic, French spelling": (True, _SLAVIC, _spelled(_FRENCH)),
    "person: Arabic, French spelling": (True, _ARABIC, _spelled(_FRENCH_ARABIC)),
}


def rewritten(entities: list[ListedEntity], seed: int) -> Iterator[tuple[str, ListedEntity, str]]:
    """Yield kind, entity and rewritten name, at most 80 a kind; a name that a rule leaves as it is is left out."""
    for kind, (person, countries, rewrite) in _KINDS.items():
        chance, left = random.Random(f"{seed} {kind}"), _MOST
        for entity in chance.sample(entities, len(entities)):
            if (entity.schema == "Person") is not person or entity.schema in {"Vessel", "Airplane"}:
                continue
            if countries and countries.isdisjoint(entity.values("country", "nationality")):
                continue
            name = in_order(entity.caption)
            other = rewrite(name, chance)
            if left and other and other.lower() != name.lower():
                left -= 1
                yield kind, entity, other


def main() -> None:
    """Print the share found by kind."""
    folder = Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "screening" / "lists" / "reference"
    paths = [folder / f"{name}.jsonl.gz" for name in _LISTS]
    asked = [
        entity for path in paths for entity in entities_of(path) if sha256(entity.caption.encode()).digest()[-1] % 2
    ]
    made = list(rewritten(asked, int(sys.argv[1]) if len(sys.argv) > 1 else 911))
    rows = [
        {"id": "", "query": {"schema": "Person" if entity.schema == "Person" else "Company", "name": [name]}}
        for _, entity, name in made
    ]
    found: dict[str, list[bool]] = {}
    for (kind, entity, _), matches in zip(made, answers(rows, index_of(paths)), strict=True):
        found.setdefault(kind, []).append(entity.id in {each.id for each in matches if each.strength})
    print(json.dumps({kind: {"found": sum(each), "of": len(each)} for kind, each in found.items()}))


if __name__ == "__main__":
    main()
