"""One language's words: its file of `letters/`, and how names, lists, days, shares and sums are written in it."""

import re
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import msgspec

from evenhand.model.finding import Comparison
from evenhand.model.finding_sentences import SENTENCES, comparison_form
from evenhand.model.party import MILLIONTHS
from evenhand.model.record import Record
from evenhand.model.visible_text import on_one_line, visible, without_breaks

ENGLISH = "en"
_LONGEST = 100
ISOLATE, ISOLATE_END = "\u2068", "\u2069"
_ISOLATES = re.compile(f"([{ISOLATE}{ISOLATE_END}])")
_LETTER = re.compile(r"[^\W\d_]")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


class Words(Record, frozen=True, kw_only=True):
    """The sentences of one language, by what they tell; only `{named}` places are filled in, nothing else is.

    The first part is the letter's, by slot of DSA Art. 17(3); the second the record's: facts and explanation.
    `countries` stand as they do in the sentence, with their preposition where the language bends it.
    """

    language: str
    right_to_left: bool
    months: tuple[str, ...]
    writing: dict[str, str]

    letter: str
    subject: dict[str, str]
    restriction: dict[str, str]
    duration: dict[str, str]
    places: dict[str, str]
    languages: dict[str, str]
    verbatim: dict[str, str]
    source: dict[str, str]
    detection: dict[str, str]
    decision: dict[str, str]
    ground: dict[str, str]
    redress: dict[str, str]
    network: dict[str, str]
    receipt: dict[str, str]
    lifted: dict[str, str]
    complaint_subject: dict[str, str]
    complaint: dict[str, str]
    complaint_reason: dict[str, str]
    complaint_rejected: dict[str, str]
    complaint_outcome: dict[str, str]

    found: dict[str, str]
    party: dict[str, str]
    entry: dict[str, str]
    lists: dict[str, str]
    typology: dict[str, str]
    attributes: dict[str, str]
    levels: dict[str, str]
    values: dict[str, str]
    campaign: dict[str, str]
    consequences: dict[str, str]
    why: dict[str, str]
    compared: dict[str, str] = msgspec.field(default_factory=lambda: SENTENCES)
    countries: dict[str, str]

    def given(self, text: str) -> str:
        """Return a text that is not ours, such as a name or an address: on one line, visible, isolated.

        Isolated is what could change the direction of its sentence: every text in a letter from the right, in
        another one those with a letter from the right. A Latin address in an English letter can be copied as it is.

        >>> words_of("en").given("https://network.example"), ascii(words_of("en").given("قناة 1"))
        ('https://network.example', "'\\\\u2068\\\\u0642\\\\u0646\\\\u0627\\\\u0629 1\\\\u2069'")
        """
        return isolated(text) if self.right_to_left or _FROM_THE_RIGHT.search(text) else on_one_line(text)

    def quoted(self, text: str, longest: int = _LONGEST) -> str:
        """Return a text in quotation marks, on one line and cut at so many characters.

        >>> words_of("en").quoted("Harbour  Broadcast"), words_of("de").quoted("Harbour", 5)
        ('“Harbour Broadcast”', '„Harb…“')
        """
        return f"{self.writing['open']}{self.given(cut(text, longest))}{self.writing['close']}"

    def paragraphs(self, text: str) -> list[str]:
        """Return what a person wrote for a letter, a paragraph a line, nothing in it hidden.

        A paragraph that runs in the other direction than the letter is isolated, so that it moves nothing.

        >>> words_of("en").paragraphs("We looked at it.  \\n\\n It is so.")
        ['We looked at it.', 'It is so.']
        """
        return [self._of_person(line) for line in map(on_one_line, text.splitlines()) if line]

    def _of_person(self, line: str) -> str:
        first = _LETTER.search(line)
        from_the_right = first is not None and _FROM_THE_RIGHT.match(first[0]) is not None
        return line if self.right_to_left and from_the_right else self.given(line)

    def rule_text(self, text: str, written_in: str) -> str:
        """Return what a rule's author wrote; in quotation marks and with its language where that is another.

        >>> words_of("de").rule_text("Name the payer.", "en"), words_of("de").rule_text("Zahler nennen.", "de-AT")
        ('„Name the payer.“ (auf Englisch)', 'Zahler nennen.')
        """
        if not text or language_of(written_in) == self.language:
            return text
        return self.why["foreign"].format(text=text, language=self.called(written_in))

    def called(self, tag: str) -> str:
        """Return how a text is said to be in the language of a tag.

        >>> words_of("fr").called("en-GB"), words_of("en").called("pl")
        ('en anglais', 'in another language')
        """
        return self.languages[language_of(tag) or "other"]

    def listed(self, words: list[str]) -> str:
        """Return words as a list in a sentence.

        >>> words_of("fr").listed(["en Islande", "en Norvège", "au Portugal"])
        'en Islande, en Norvège et au Portugal'
        """
        return self.writing["and"].join(filter(None, [self.writing["comma"].join(words[:-1]), *words[-1:]]))

    def day(self, value: date) -> str:
        """Return a day as a letter writes it.

        >>> words_of("en").day(date(2017, 10, 26)), words_of("fr").day(date(2026, 11, 1))
        ('26 October 2017', '1er novembre 2026')
        """
        number = self.writing["first"] if value.day == 1 else str(value.day)
        return self.writing["day"].format(day=number, month=self.months[value.month - 1], year=value.year)

    def instant(self, value: datetime) -> str:
        """Return an instant as a letter writes it: day and time of UTC, which the gate goes by, to the minute.

        >>> words_of("en").instant(datetime(2026, 12, 29, 12, tzinfo=UTC))
        '29 December 2026, 12:00 UTC'
        """
        in_utc = value.astimezone(UTC)
        return self.writing["instant"].format(day=self.day(in_utc.date()), time=f"{in_utc:%H:%M}")

    def percent(self, millionths: int) -> str:
        """Return a share with at most two decimals, rounded down: a share below a threshold never reads as at it.

        >>> words_of("en").percent(499_999), words_of("de").percent(550_000)
        ('49.99 %', '55 %')
        """
        hundredths = millionths * 10_000 // MILLIONTHS
        number = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
        return self.writing["percent"].format(number=number.replace(".", self.writing["decimal"]))

    def money(self, micros: int, currency: str) -> str:
        """Return a sum with two decimals, rounded down.

        >>> words_of("en").money(1_250_000_000, "EUR"), words_of("de").money(1_250_000_000, "EUR")
        ('1,250.00 EUR', '1.250,00 EUR')
        """
        cents = micros // 10_000
        whole = f"{cents // 100:,}".replace(",", self.writing["group"])
        return self.given(f"{whole}{self.writing['decimal']}{cents % 100:02d} {currency}")

    def where(self, scope: tuple[str, ...] | str) -> str:
        """Return a scope of country codes, or one of the words for many, as it stands in a sentence.

        >>> words_of("de").where(("CH", "IR", "MT")), words_of("en").where("EEA")
        ('in der Schweiz, im Iran und in Malta', 'in the whole European Economic Area')
        """
        if isinstance(scope, str) and scope in self.places:
            return self.places[scope]
        codes = (scope,) if isinstance(scope, str) else scope
        return self.places["some"].format(countries=self.listed([self._country(code) for code in codes]))

    def comparison(self, comparison: Comparison, longest: int) -> str:
        """Return what was compared and what came of it; the values are quoted and cut at so many characters."""
        form = comparison_form(comparison, self.compared).replace("`", "")
        ours, theirs = comparison.ours or "–", comparison.theirs or "–"
        # What the tests counted are our own numbers and words, not what a table or a list says.
        shown = cut if comparison.name.startswith(("coordination.", "claims.")) else self.quoted
        return form.format(
            name=self.given(comparison.name),
            ours=shown(ours, longest),
            theirs=shown(theirs, longest),
            field=self.quoted(comparison.source_field, longest),
        )

    def _country(self, code: str) -> str:
        known = self.countries.get(code)
        return self.places["unknown"].format(code=self.given(code)) if known is None else known


def cut(text: str, longest: int) -> str:
    """Return a text on one line of so many characters at most, nothing in it hidden."""
    line = on_one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def isolated(text: str) -> str:
    """Return a text on one line between marks that keep its direction from touching what stands around it.

    Source: Unicode Standard Annex 9, §2.6: FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
    """
    return f"{ISOLATE}{on_one_line(text)}{ISOLATE_END}"


def recorded(text: str) -> str:
    """Return a text of a record on one line, nothing in it hidden but isolates that it closes itself: they are ours.

    >>> len(recorded("\\u2068Name\\u2069")), len(recorded("Name\\u2069"))
    (6, 10)
    """
    line = without_breaks(text)
    parts = _ISOLATES.split(line)
    if not _closes(parts):
        return visible(line)
    return "".join(part if part in (ISOLATE, ISOLATE_END) else visible(part) for part in parts)


def _closes(parts: list[str]) -> bool:
    depth = 0
    for part in parts:
        depth += {ISOLATE: 1, ISOLATE_END: -1}.get(part, 0)
        if depth < 0:
            return False
    return depth == 0


@cache
def languages() -> frozenset[str]:
    """Return the languages that there are words of."""
    folder = files("evenhand.reasons").joinpath("letters")
    return frozenset(file.name.removesuffix(".toml") for file in folder.iterdir())


def language_of(tag: str) -> str | None:
    """Return the language of ours that a language tag (BCP 47) asks for, None where there is none.

    >>> language_of("de-AT"), language_of("xx")
    ('de', None)
    """
    language = tag.lower().replace("_", "-").partition("-")[0]
    return language if language in languages() else None


def words_of(tag: str) -> Words:
    """Return the words of the language that a tag asks for, the English ones where there is none of it."""
    return _read(language_of(tag) or ENGLISH)


@cache
def _read(language: str) -> Words:
    raw = files("evenhand.reasons").joinpath("letters", f"{language}.toml").read_bytes()
    return msgspec.toml.decode(raw, type=Words)
