"""One plain English sentence that says the point of a finding, for the person who has to judge it."""

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from evenhand.model.finding import MEDIA_PAYER, ROW_CHANGED, Comparison, Finding
from evenhand.model.finding_sentences import comparison_sentence, unknown_id
from evenhand.model.matches import EntryShown, PartyShown
from evenhand.screening.parties.listed_numbers import COMPARED_NUMBERS

_PAIRS = frozenset({"name.token", "name.initial", "name.variant", "name.skeleton", "name.script"})
_WHOLE = ("name.exact", "name.reordered", "name.joined", "name.complete", "name.within", "name.branch")
_KEYS = ("identifier.equal", "account.handle", "domain.registrable", "domain.host", "domain.site")
_FIELDS = {
    "alias": " (a listed alias)", "previousName": " (a former listed name)",
    "abbreviation": " (a listed abbreviation)", "weakAlias": " (a weak alias)",
    "tailNumber": " (a listed tail number)",
}  # fmt: skip
_DIFFERENCES = {
    "name.other_given": "given names differ ({ours}, {theirs})",
    "name.other_patronymic": "fathers' names differ ({ours}, {theirs})",
    "name.generation": "the generation differs ({ours}, {theirs})",
    "name.other_initial": "initials differ ({ours}, {theirs})",
    "name.other_word": "other words differ ({ours}, {theirs})",
    "org.core": "only general words agree; the telling words differ ({ours}, {theirs})",
    "org.trade": "lines of business differ ({ours}, {theirs})",
    "name.other_place": "places differ ({ours}, {theirs})",
    "name.other_sign": "the signs differ",
    "name.mixed_script": "our name mixes letters of two alphabets",
    "name.lookalike": "digits or signs stand in place of letters ({ours}, read as {theirs})",
    "name.number": "numbers in the names differ ({ours}, {theirs})",
    "org.form": "legal forms differ ({ours}, {theirs})",
    "name.fuller": "our full name is not the listed one ({ours}, {theirs})",
    "name.short": "a short name that many share",
    "name.short_shared": "many outlets and ships have names as short",
    "schema": "kinds may differ ({ours}, {theirs})",
    "identifier.conflict": "registration numbers differ ({ours}, {theirs})",
    "domain.site": "the listed website {theirs} is part of our {ours}, or the same in another language",
    "domain.shared": "the websites share only a registered domain",
    "judgement.same": "a person judged them to be the same, and comparing no longer finds it",
    "judgement.open_again": "open again after an earlier judgement: {theirs}",
    "match.row_changed": "an earlier decision rested on this match, and the row has changed since: {theirs}",
}
"""What speaks against a match or limits it, in this order; of `name.number` and `org.form` only what is against."""

_ALWAYS_SAID = frozenset({
    "judgement.same", "judgement.open_again", "match.row_changed", "domain.site", "domain.shared",
    "name.mixed_script", "name.lookalike",
})  # fmt: skip
"""What limits a match, or says how a name was read, though it does not speak against it."""
_LEVELS = {"0": "none, or not given in your table", "1": "declared only, no document"}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WRITTEN = {"name.variant": "another form", "name.initial": "an initial", "name.script": "another alphabet"}
_LETTERS = {1: "one letter differs", 2: "two letters differ"}


def sentence(finding: Finding, party: PartyShown | None = None, entry: EntryShown | None = None) -> str:
    """Return the point of a finding in one sentence, first what agrees, then what differs, then what is missing.

    `party` and `entry` are both sides where they are at hand; with them the sentence says what could not be compared.
    It adds no opinion: it is made of the finding's comparisons.
    """
    match finding.kind:
        case "state_media" if finding.is_media_tie:
            point = _media_tie(finding)
        case "listed" | "state_media":
            point = "; ".join(_match_clauses(finding, party, entry))
        case "lookalike_domain":
            point = comparison_sentence(finding.because[0]).replace("`", "")
        case "owned_by_listed" | "possibly_owned_by_listed" | "controlled_by_listed" | "acts_for_listed":
            point = _ownership(finding)
        case _:
            point = _recorded(finding)
    return f"{point[:1].upper()}{point[1:]}."


def _match_clauses(finding: Finding, party: PartyShown | None, entry: EntryShown | None) -> Iterator[str]:
    found = {each.name: each for each in reversed(finding.because)}
    pairs = [each for each in finding.because if each.name in _PAIRS]
    keys = list(_same_keys(found))
    exact = found.get("name.exact")
    plain = exact is not None and exact.source_field == "name" and _is_latin(exact.ours) == _is_latin(exact.theirs)
    if plain:
        keys.append("name")
    if keys:
        yield f"same {_listing(keys)}"
    if number := found.get("identifier.register_unknown"):
        yield f"same {_number_words(number)}, but which register gave it is not known"
    if not plain:
        yield from _name_clauses(found, pairs)
    if "name.whole_only" in found:
        yield "nothing but the name speaks for it"
    yield from _differences(found)
    yield from _birth(found, party, entry)
    yield from _country(found)
    if entry is not None and found.keys().isdisjoint((*_KEYS, ROW_CHANGED)):
        yield from _not_compared(found, party, entry)
    if finding.is_judged:
        yield "confirmed by a person"


def _same_keys(found: Mapping[str, Comparison]) -> Iterator[str]:
    if number := found.get("identifier.equal"):
        yield _number_words(number)
    if "account.handle" in found:
        yield "account"
    if "domain.registrable" in found or "domain.host" in found:
        yield "website"


def _number_words(number: Comparison) -> str:
    listed = COMPARED_NUMBERS.get(number.source_field)
    return listed.words if listed is not None else "registration number"


def _name_clauses(found: Mapping[str, Comparison], pairs: Sequence[Comparison]) -> Iterator[str]:
    """Yield how the names agree, where they are not simply the same."""
    whole = next((found[name] for name in _WHOLE if name in found), None)
    if whole is not None:
        yield _whole_name(whole, pairs, found.get("name.extra")) + _FIELDS.get(whole.source_field, "")
    elif "name.acronym" in found:
        yield f"our name is made of the first letters of {found['name.acronym'].theirs}"
    elif pairs:
        yield from _partial_name(found, pairs)
    elif "name.none" in found:
        yield "no part of the names agrees"


def _whole_name(whole: Comparison, pairs: Sequence[Comparison], more: Comparison | None) -> str:
    other = " in another alphabet" if _is_latin(whole.ours) != _is_latin(whole.theirs) else ""
    match whole.name:
        case "name.exact":
            return f"same name{other}"
        case "name.reordered":
            return "same name in another order" + (" and another alphabet" if other else "")
        case "name.joined":
            return f"same name{other}, written together or apart"
        case "name.within":
            return f"our name is the listed name with general words added{f' ({more.ours})' if more else ''}"
        case "name.branch":
            return (
                f"our name is the listed name with words for a branch, shop or place{f' ({more.ours})' if more else ''}"
            )
        case _:
            letters, others = _spellings(pairs, whole.theirs)
            return (
                "; ".join((*letters, *others)) if letters else f"same name with {_listing(others or ['little words'])}"
            )


def _partial_name(found: Mapping[str, Comparison], pairs: Sequence[Comparison]) -> Iterator[str]:
    extra, missing = found.get("name.extra"), found.get("name.missing")
    differs = not found.keys().isdisjoint(("name.other_given", "name.other_word", "org.core"))
    if missing is not None and not differs and extra is None:
        yield f"the listed name has all of ours and also {missing.theirs}"
    elif extra is not None and not differs and missing is None:
        yield f"our name has all of the listed name and also {extra.ours}"
    else:
        words = " ".join(dict.fromkeys(each.theirs for each in pairs if each.similarity == 1.0))
        yield f"part of the name agrees ({words})" if words else "part of the name is alike"
    letters, others = _spellings(pairs, found["name.prior"].theirs if "name.prior" in found else "")
    yield from (*letters, *others)


def _spellings(pairs: Sequence[Comparison], listed: str) -> tuple[list[str], list[str]]:
    """Return where single letters differ, and how else words that match are written."""
    letters: list[str] = []
    others: list[str] = []
    for each in pairs:
        where = f"{_place_in(listed, each.theirs)} ({each.ours}, {each.theirs})"
        distance = OSA.distance(each.ours, each.theirs)
        if each.name in _WRITTEN and not (each.name == "name.variant" and distance == 1):
            others.append(f"{_WRITTEN[each.name]}{where}")
        elif each.similarity < 1 and distance in _LETTERS:
            letters.append(f"{_LETTERS[distance]}{where}")
        elif each.similarity < 1:
            others.append(f"{'another Latin spelling' if each.name == 'name.skeleton' else 'another spelling'}{where}")
    return letters, others


def _place_in(listed: str, word: str) -> str:
    """Return where a word stands, if the list puts the surname before a comma."""
    surname, comma, _ = listed.lower().partition(",")
    if not comma:
        return ""
    return " in the surname" if word in surname else " in the given name"


def _differences(found: Mapping[str, Comparison]) -> Iterator[str]:
    for name, form in _DIFFERENCES.items():
        each = found.get(name)
        if each is not None and (each.effect == "against" or each.name in _ALWAYS_SAID):
            yield form.format(ours=each.ours or "none", theirs=each.theirs or "none")


def _birth(found: Mapping[str, Comparison], party: PartyShown | None, entry: EntryShown | None) -> Iterator[str]:
    birth = found.get("birth")
    if birth is not None:
        yield _births(birth.ours, birth.theirs)
    elif party is not None and entry is not None and party.birth_date and entry.birth_dates:
        # A year apart weighs nothing, so that there is no comparison of it.
        yield _births(party.birth_date, min(entry.birth_dates, key=lambda each: _years_apart(party.birth_date, each)))


def _years_apart(one: str, other: str) -> int:
    return abs(int(one[:4]) - int(other[:4])) if one[:4].isdecimal() and other[:4].isdecimal() else 9999


def _births(ours: str, theirs: str) -> str:
    if ours[:4] != theirs[:4]:
        return f"birth years differ ({ours[:4]}, {theirs[:4]})"
    if ours == theirs:
        return "same birth date" if len(ours) == len("YYYY-MM-DD") else f"same birth year ({ours[:4]})"
    agree = ours.startswith(theirs) or theirs.startswith(ours)
    return f"same birth year ({ours[:4]})" if agree else f"same birth year, another day ({ours}, {theirs})"


def _country(found: Mapping[str, Comparison]) -> Iterator[str]:
    if country := found.get("country"):
        differ = f"countries differ ({country.ours.upper()}, {country.theirs.upper()})"
        yield "the country is the same" if country.effect == "for" else differ


def _not_compared(found: Mapping[str, Comparison], party: PartyShown | None, entry: EntryShown) -> Iterator[str]:
    births = party is not None and party.birth_date and entry.birth_dates
    lacks = ["birth date"] if entry.schema == "Person" and "birth" not in found and not births else []
    claimed = party is not None and party.country and entry.countries  # a territory objects to no country
    lacks += ["country"] if "country" not in found and not claimed else []
    if lacks:
        yield f"no {' or '.join(lacks)} to compare"


def _ownership(finding: Finding) -> str:
    owners = _listed_owners(finding)
    certainly = finding.certain
    match finding.kind:
        case "owned_by_listed":
            text = f"owned {_percent(finding.low)} by {_parties(owners, certain=certainly)}"
        case "possibly_owned_by_listed":
            text = f"owned {_percent(finding.low)} by listed parties as far as known" if finding.low else "owned"
            text += f", up to {_percent(finding.high)} with possible matches and unknown shares"
            text = text if finding.low else f"owned up to {_percent(finding.high)} by {_parties(owners, certain=False)}"
        case "controlled_by_listed":
            text = f"controlled by {_parties(1, certain=certainly)}"
        case "acts_for_listed":
            text = f"acts for {_parties(1, certain=certainly)}"
        case _:
            text = f"owned {_percent(finding.low)} by {_parties(owners, certain=True)}, below the rule's threshold"
    if finding.way[1:] and finding.way[-1].kind == "acts_for":
        return f"{text}, through an owner that acts for it"
    return f"{text}, through other companies" if len(finding.way) > 1 else text


def _media_tie(finding: Finding) -> str:
    """Return over whom a party is tied to a listed outlet, and whether a person said that the entry counts for it."""
    ground = finding.because[0]
    if ground.name == MEDIA_PAYER:
        tie = f"paid for by {ground.ours}, which is the listed outlet {ground.theirs} or belongs to it"
    else:
        share = f" {_percent(finding.low)}" if finding.low else ""
        tie = f"owned{share} or controlled by {ground.ours}, which is the listed outlet {ground.theirs}"
    return f"{tie}; {'confirmed by a person' if finding.is_judged else 'nobody has judged whether the entry counts'}"


def _recorded(finding: Finding) -> str:
    if finding.because and finding.because[0].name == "judgement.not_same":
        return "a person judged it to be another"
    if finding.kind == "recorded" and finding.way:
        return _ownership(finding)
    if not finding.because:
        return finding.kind.replace("_", " ")
    if finding.kind == "coordination":
        return f"acts as one with others, undeclared: {'; '.join(map(comparison_sentence, finding.because))}"
    if finding.kind == "claims":
        return f"confirmed claims about it: {'; '.join(map(comparison_sentence, finding.because))}"
    facts = [each for each in finding.because if each.name == "recorded"]
    if not facts:
        return comparison_sentence(finding.because[0])
    return f"on record: {'; '.join(map(_stated, facts))}"


def _stated(comparison: Comparison) -> str:
    """Return an attribute on record with its value; of a verification the level in words."""
    if comparison.source_field == "Payer.verification":
        return f"verification of who pays: {_LEVELS.get(comparison.ours, comparison.ours)}"
    return f"{_attribute(comparison.source_field)}: {comparison.ours}{unknown_id(comparison)}"


def _attribute(path: str) -> str:
    """Return an attribute of the schema in words: `payer disclosed` of `context.payer_disclosed`."""
    return path.rpartition(".")[2].replace("_", " ")


def _listed_owners(finding: Finding) -> int:
    """Return how many owners stand at the top: those that nobody owns among the holdings that were compared."""
    shares = [each for each in finding.because if each.name == "ownership.share"]
    owners = {each.ours.rpartition(": ")[0].partition(" (")[0] for each in shares}
    return len(owners - {each.theirs for each in shares})


def _parties(count: int, *, certain: bool) -> str:
    number = _COUNTS[count] if count < len(_COUNTS) else f"{count}"
    if count == 1:
        return "one listed party" if certain else "one party that may be listed"
    return f"{number} listed parties" if certain else f"{number} parties that may be listed"


def _percent(millionths: int) -> str:
    return f"{millionths / 10_000:.4f}".rstrip("0").rstrip(".") + " %"


def _listing(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _is_latin(text: str) -> bool:
    """Return whether a name is written in Latin letters, with or without accents."""
    return all(ord(letter) < 0x250 for letter in text if letter.isalpha())
