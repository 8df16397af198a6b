"""Letters to the advertiser: the notice of a restriction, with the way out right after the decision, and of its end."""

from datetime import date

from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.record import sha256_hex
from evenhand.model.statement import Lifting, Notice, Slots, StatedStage, StatementOfReasons
from evenhand.reasons.language import ENGLISH, ISOLATE, ISOLATE_END, Words, language_of, recorded, words_of
from evenhand.reasons.receipt import receipt_paragraph
from evenhand.reasons.text_comparison import is_blank


def letter(statement: StatementOfReasons, language: str = ENGLISH) -> Notice:
    """Return the notice in a language, in English where there is no translation yet; then it says so.

    The text has the facts and the explanation word for word, in the language of the record; where the letter's is
    another, it says so. It carries no code and no id but those of the statement and of the decision. Once the
    statement is in the log (`entry`), the last paragraph says where, and how anybody checks it; the hash is of what
    stands before.

    Raises:
        RecordIncomplete: a slot would be empty, or the kind has no letter; `errors` names the record's fields.

    Source: `reasons.md` §2; DSA Art. 17(3)(a)-(f), 17(4).
    """
    words = words_of(language)
    template = statement.template or statement.kind
    errors = tuple(_empty(statement)) + (() if template in words.subject else (FieldError("kind", "no-letter"),))
    if errors:
        raise RecordIncomplete("cannot write the notice:", where=statement.id, errors=errors)
    slots = _slots(statement, words, template)
    body = _text(statement, words, slots)
    return Notice(
        language=words.language,
        asked_language=language if language_of(language) is None else None,
        subject=words.subject[template],
        slots=slots,
        text=body + receipt_paragraph(statement.entry, words),
        sha256=sha256_hex(body.encode()),
    )


def lifting_letter(lifting: Lifting) -> str:
    """Return the letter in the language of its record, in English where there is no translation yet.

    It names the letter about the restriction by its subject and number, says that a balance is free again, and gives
    no reasons: nothing is restricted any more.

    Raises:
        RecordIncomplete: no letter has this template.
    """
    words = words_of(lifting.language)
    if lifting.template not in words.subject:
        errors = (FieldError("template", "no-letter"),)
        raise RecordIncomplete("cannot write the notice:", where=lifting.id, errors=errors)
    form = words.lifted
    restriction = form["restriction"].format(
        subject=words.quoted(words.subject[lifting.template]),
        statement=words.given(lifting.lifts),
        starts=words.day(lifting.starts_on),
        lifted=words.day(lifting.lifted_on),
    )
    about = words.consequences["about"].format(campaign=recorded(lifting.about)) if lifting.about else ""
    balance = words.money(lifting.freed_micros, lifting.currency) if lifting.freed_micros else ""
    freed = form["freed"].format(sum=balance) if balance else ""
    text = form["letter"].format(
        name=words.given(lifting.advertiser.name),
        restriction=" ".join(filter(None, (restriction, about, freed))),
        others=form["others"],
        id=words.given(lifting.id),
        decision=words.given(lifting.decision),
    )
    return text + receipt_paragraph(lifting.entry, words)


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


def _slots(statement: StatementOfReasons, words: Words, template: str) -> Slots:
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


def _text(statement: StatementOfReasons, words: Words, slots: Slots) -> str:
    return words.letter.format(
        name=words.given(statement.advertiser.name),
        restriction=slots.a,
        redress="\n\n".join(filter(None, [_way_out(statement, words), slots.f])),
        facts=slots.b,
        ground=slots.d or slots.e,
        automation=slots.c,
        id=words.given(statement.id),
        decision=words.given(statement.decision),
        decided=words.day(statement.dates.decided),
    )


def _restriction(statement: StatementOfReasons, words: Words, template: str) -> str:
    name, stages, besides = words.given(statement.advertiser.name), statement.stages or (), statement.besides or ()
    duration = _duration(statement.ends_on, words)
    sentences = (
        words.restriction[template].format(starts=_begins(statement, words), name=name),
        *(words.restriction[f"before-{each.kind}"].format(starts=_begins(each, words)) for each in stages),
        words.restriction["scope"].format(places=words.where(statement.scope), duration=duration),
        *(words.restriction[f"also-{each.kind}"].format(duration=_duration(each.ends_on, words)) for each in besides),
        _account(statement, words),
    )
    return " ".join(filter(None, sentences))


def _duration(ends_on: date | None, words: Words) -> str:
    return words.duration["until"].format(ends=words.day(ends_on)) if ends_on else words.duration["open"]


def _begins(stated: StatementOfReasons | StatedStage, words: Words) -> str:
    """Return when something begins: the day, and the time too where that is later than the decision."""
    return words.instant(stated.starts_at) if stated.starts_at else words.day(stated.starts_on)


def _account(statement: StatementOfReasons, words: Words) -> str:
    """Return what becomes of the ordinary account; ``""`` where that is the restriction itself."""
    if statement.kind.endswith("-account"):
        return ""
    return words.restriction["account_kept" if statement.account_kept else "account_ended"]


def _way_out(statement: StatementOfReasons, words: Words) -> str:
    """Return what would change the outcome, as the rule's author says it; ``""`` if the rule does not."""
    way_out = statement.way_out or ""
    return "" if is_blank(way_out) else words.redress["way_out"].format(way_out=words.given(way_out))


def _verbatim(statement: StatementOfReasons, words: Words) -> str:
    """Return that facts and explanation are in the record's language; ``""`` where it is the letter's.

    Records that do not say their language are from before there was another than English, or not ours.
    """
    worded = statement.worded_in
    if worded == words.language or (worded is None and words.language == ENGLISH):
        return ""
    known = language_of(worded) if worded is not None else None
    return words.verbatim["in" if known else "other"].format(language=words.languages[known or "other"])


def _of_record(text: str, statement: StatementOfReasons, words: Words) -> str:
    """Return a text of the record; one that runs in the other direction than the letter is kept to itself."""
    its_words = words_of(statement.worded_in or ENGLISH)
    shown = recorded(text)
    return shown if its_words.right_to_left == words.right_to_left else f"{ISOLATE}{shown}{ISOLATE_END}"


def _facts(statement: StatementOfReasons, words: Words) -> str:
    source = statement.source
    notifier = words.source["identity"].format(identity=words.given(source.identity)) if source.identity else ""
    facts = _of_record(statement.facts, statement, words)
    return " ".join(filter(None, (_verbatim(statement, words), facts, words.source[source.type], notifier)))


def _ground(statement: StatementOfReasons, words: Words) -> str:
    ground = statement.ground
    sentences = (
        words.ground[ground.type].format(reference=words.given(ground.reference)),
        _of_record(ground.explanation, statement, words),
        words.ground["also_illegal"] if ground.type == "clause" and ground.also_illegal else "",
        words.ground["url"].format(url=words.given(ground.url)) if ground.url else "",
    )
    return " ".join(filter(None, sentences))


def _redress(statement: StatementOfReasons, words: Words) -> str:
    redress = statement.redress
    internal, given = redress.internal, words.given
    sentences = (
        words.redress["internal"].format(complaint_url=given(internal.url), until=words.day(internal.until)),
        words.redress["out_of_court"].format(out_of_court=given(redress.out_of_court.text)),
        words.redress["judicial"].format(judicial=given(redress.judicial.text)),
    )
    return " ".join(sentences)
