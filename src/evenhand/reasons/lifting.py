"""The letter by which an advertiser learns that a restriction of which it was told has ended."""

from evenhand.model.errors import FieldError, RecordIncomplete
from evenhand.model.statement import Lifting
from evenhand.reasons.language import recorded, words_of
from evenhand.reasons.receipt import receipt_paragraph


def lifting_letter(lifting: Lifting) -> str:
    """Return the letter in the language of its record, in English where there is no translation yet.

    It names the letter that told of the restriction by its subject and number, and gives no reasons: nothing is
    restricted any more.

    Raises:
        RecordIncomplete: no letter has this template.
    """
    words = words_of(lifting.language)
    if lifting.template not in words.subject:
        errors = (FieldError("template", "no-letter"),)
        raise RecordIncomplete("no notice can be written:", where=lifting.id, errors=errors)
    form = words.lifted
    restriction = form["restriction"].format(
        subject=words.quoted(words.subject[lifting.template]),
        statement=words.given(lifting.lifts),
        starts=words.day(lifting.starts_on),
        lifted=words.day(lifting.lifted_on),
    )
    about = words.told["about"].format(campaign=recorded(lifting.about)) if lifting.about else ""
    text = form["letter"].format(
        name=words.given(lifting.advertiser.name),
        restriction=" ".join(filter(None, (restriction, about))),
        others=form["others"],
        id=words.given(lifting.id),
        decision=words.given(lifting.decision),
    )
    return text + receipt_paragraph(lifting.entry, words)
