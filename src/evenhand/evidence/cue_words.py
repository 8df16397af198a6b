"""The table of cues: words that say that somebody spoke, with the stance and the frame that each of them takes."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, get_args

from evenhand.model.claims import Stance
from evenhand.model.record import Record

_VOWELS: Final = frozenset("aeiou")
_DOUBLED: Final = frozenset(
    {
        "admit",
        "regret",
        "rebut",
        "refer",
        "rap",
        "rip",
        "quip",
        "brag",
        "sob",
        "concur",
        "snap",
        "sum",
        "dub",
        "chat",
        "slam",
        "beg",
        "shrug",
        "blog",
    }
)


class Cue(Record, frozen=True, kw_only=True):
    """One form of a cue: with the word that must follow it (`out` of "pointed out")."""

    lemma: str
    stance: Stance
    frames: str
    shape: str
    particles: frozenset[str] = frozenset()


@cache
def cue_table() -> dict[str, Cue]:
    """Return the cue of each form of a verb in small letters."""
    return {form: cue for form, cue in _lines() if cue.shape != "noun"}


@cache
def noun_table() -> dict[str, Cue]:
    """Return the cue of each form of a word that holds a claim, such as `accusations`."""
    return {form: cue for form, cue in _lines() if cue.shape == "noun"}


def _lines() -> Iterator[tuple[str, Cue]]:
    for line in files("evenhand.evidence").joinpath("cues.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            forms, stance, frames = (part.strip() for part in line.split("|"))
            yield from _forms(forms.split(), next(s for s in get_args(Stance) if s == stance), frames).items()


def _forms(words: list[str], stance: Stance, frames: str) -> dict[str, Cue]:
    lemma, _, particle = words[0].partition("-")
    name = words[0].replace("-", " ") if "/" not in particle else lemma
    past = [word.partition("-")[0] for word in words[1:]] or [_past(lemma)]
    if frames == "z":
        return {form: Cue(lemma=lemma, stance=stance, frames=frames, shape="noun") for form in (lemma, lemma + "s")}
    shapes = {lemma: "base", _third(lemma): "present", _participle(lemma): "ing"} | dict.fromkeys(past, "past")
    return {
        form: Cue(
            lemma=name,
            stance=stance,
            frames=frames,
            shape=shape,
            particles=frozenset(filter(None, particle.split("/"))),
        )
        for form, shape in shapes.items()
    }


def _third(lemma: str) -> str:
    if lemma.endswith(("s", "sh", "ch", "x", "o")):
        return lemma + "es"
    return lemma[:-1] + "ies" if lemma[-1] == "y" and lemma[-2] not in _VOWELS else lemma + "s"


def _past(lemma: str) -> str:
    if lemma[-1] == "e":
        return lemma + "d"
    if lemma[-1] == "y" and lemma[-2] not in _VOWELS:
        return lemma[:-1] + "ied"
    return lemma + lemma[-1] + "ed" if lemma in _DOUBLED else lemma + "ed"


def _participle(lemma: str) -> str:
    if lemma[-1] == "e" and lemma[-2] not in "eo":
        return lemma[:-1] + "ing"
    return lemma + lemma[-1] + "ing" if lemma in _DOUBLED or lemma == "begin" else lemma + "ing"
