"""The notice to the advertiser: six slots and one page of text, the way out right after the decision."""

from functools import cache
from importlib.resources import files

import msgspec

from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.record import Record, sha256_hex
from evenhand.model.statement import Notice, Slots, StatementOfReasons
from evenhand.reasons.texts import is_blank
from evenhand.reasons.wording import day

_FALLBACK = "en"


class _Words(Record, frozen=True, kw_only=True):
    """One file of `letters/`: the skeleton, and the sentences by slot and case; only named places to fill."""

    letter: str
    subject: dict[str, str]
    restriction: dict[str, str]
    duration: dict[str, str]
    places: dict[str, str]
    source: dict[str, str]
    detection: dict[str, str]
    decision: dict[str, str]
    ground: dict[str, str]
    redress: dict[str, str]
    countries: dict[str, str]


def letter(statement: StatementOfReasons, language: str = _FALLBACK) -> Notice:
    """Return the notice in a language, in English where there is no translation yet; then it says so.

    The text has the facts and the explanation word for word. It carries no code and no id but those of the
    statement and of the decision.

    Raises:
        RecordIncomplete: a slot would be empty, or the kind has no letter; `errors` names the record's fields.

    Source: `reasons.md` §2; DSA Art. 17(3)(a)-(f), 17(4).
    """
    words = _words(language)
    template = statement.template or statement.kind
    errors = tuple(_empty(statement)) + (() if template in words.subject else (FieldError("kind", "no-letter"),))
    if errors:
        raise RecordIncomplete("no notice can be written:", where=statement.id, errors=errors)
    slots = _slots(statement, words, template)
    text = words.letter.format(
        name=statement.advertiser.name,
        restriction=slots.a,
        redress=slots.f,
        facts=slots.b,
        ground=slots.d or slots.e,
        automation=slots.c,
        id=statement.id,
        decision=statement.decision,
        decided=day(statement.dates.decided),
    )
    is_translated = language in _languages()
    return Notice(
        language=language if is_translated else _FALLBACK,
        asked_language=None if is_translated else language,
        subject=words.subject[template],
        slots=slots,
        text=text,
        sha256=sha256_hex(text.encode()),
    )


@cache
def _languages() -> frozenset[str]:
    folder = files("evenhand.reasons").joinpath("letters")
    return frozenset(file.name.removesuffix(".toml") for file in folder.iterdir())


@cache
def _words(language: str) -> _Words:
    name = language if language in _languages() else _FALLBACK
    raw = files("evenhand.reasons").joinpath("letters", f"{name}.toml").read_bytes()
    return msgspec.toml.decode(raw, type=_Words)


def _empty(statement: StatementOfReasons) -> list[FieldError]:
    """Return the fields that a slot needs and that say nothing."""
    needed = {
        "advertiser.name": statement.advertiser.name,
        "scope": "".join(statement.scope),
        "facts": statement.facts,
        "ground.reference": statement.ground.reference,
        "ground.explanation": statement.ground.explanation,
        "redress.internal.url": statement.redress.internal.url,
        "redress.out_of_court.text": statement.redress.out_of_court.text,
        "redress.judicial.text": statement.redress.judicial.text,
    }
    return [FieldError(field, "required") for field, text in needed.items() if is_blank(text)]


def _slots(statement: StatementOfReasons, words: _Words, template: str) -> Slots:
    ground = _ground(statement, words)
    by_law = statement.ground.type == "law"
    automation = statement.automation
    return Slots(
        a=_restriction(statement, words, template),
        b=_facts(statement, words),
        c=f"{words.detection[automation.detection]} {words.decision[automation.decision]}",
        d=ground if by_law else None,
        e=None if by_law else ground,
        f=_redress(statement, words),
    )


def _restriction(statement: StatementOfReasons, words: _Words, template: str) -> str:
    ends = statement.ends_on
    duration = words.duration["until"].format(ends=day(ends)) if ends else words.duration["open"]
    return " ".join(
        (
            words.restriction[template].format(starts=day(statement.starts_on), name=statement.advertiser.name),
            words.restriction["scope"].format(places=_places(statement.scope, words), duration=duration),
            words.restriction["account_kept" if statement.account_kept else "account_ended"],
        )
    )


def _places(scope: tuple[str, ...] | str, words: _Words) -> str:
    if isinstance(scope, str) and scope in words.places:
        return words.places[scope]
    codes = (scope,) if isinstance(scope, str) else scope
    names = [words.countries.get(code, code) for code in codes]
    countries = words.places["and"].join(filter(None, (", ".join(names[:-1]), names[-1])))
    return words.places["some"].format(countries=countries)


def _facts(statement: StatementOfReasons, words: _Words) -> str:
    source = statement.source
    told = words.source["identity"].format(identity=source.identity) if source.identity else ""
    return " ".join(filter(None, (statement.facts, words.source[source.type], told)))


def _ground(statement: StatementOfReasons, words: _Words) -> str:
    ground = statement.ground
    sentences = (
        words.ground[ground.type].format(reference=ground.reference),
        ground.explanation,
        words.ground["also_illegal"] if ground.type == "clause" and ground.also_illegal else "",
        words.ground["url"].format(url=ground.url) if ground.url else "",
    )
    return " ".join(filter(None, sentences))


def _redress(statement: StatementOfReasons, words: _Words) -> str:
    redress = statement.redress
    sentences = (
        words.redress["internal"].format(complaint_url=redress.internal.url, until=day(redress.internal.until)),
        words.redress["out_of_court"].format(out_of_court=redress.out_of_court.text),
        words.redress["judicial"].format(judicial=redress.judicial.text),
    )
    return " ".join(sentences)
