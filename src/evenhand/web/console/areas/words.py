"""What the words of the console mean, for who is new to it."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from evenhand.web.console.area import Area, get
from evenhand.web.console.visit import Visit

_WORDS: Final[Sequence[tuple[str, Sequence[tuple[str, str]]]]] = (
    ("Who", (
        ("Advertiser, payer", "On whose behalf an advertisement is shown, and who pays for it. Both are checked."),
        ("Party", "An advertiser or a payer."),
        ("Owner", "Who holds a share of a party, or controls it, by the table of ownership."),
        ("Publisher of a list", "Who decides who is on it: an authority, or this network itself (a house list)."),
    )),
    ("What is found", (
        ("Run", "Reads lists and tables, compares every party with every entry, and decides by the rules."),
        ("Match", "A party and an entry of a list that may be the same. A person says whether they are."),
        ("Score", "How much speaks for a match, from 0 (nothing) to 1 (everything that can be compared agrees)."),
        ("Judgement", "What a person said of a match: the same, not the same, or unsure. It stays in the record."),
        ("Finding", "Something about a party that a rule looks at, with where it was read."),
        ("Claim", "Who said what about whom in a saved report. It counts once a person has confirmed it."),
        ("Community", "Accounts that act as one more often than chance explains, and did not declare it."),
        ("q", "Of findings as strong as this one, the share that chance alone would make; 0.05 is five in a hundred."),
        ("DISARM", "A public catalogue of the techniques of influence operations, each with an id such as T0049."),
    )),
    ("What is decided", (
        ("Rule, rulebook", "What the network allows, limits, holds or refuses, and why; all rules are the rulebook."),
        ("Allowed, labelled, limited", "May buy; may buy with a label on the advertisement; may buy a part of it."),
        ("On hold", "Nothing is sold until a person has looked, or a fact was shown."),
        ("Refused", "May not buy. The party gets a letter with the reason and how to complain."),
        ("Like case, precedent", "An earlier decision on the same facts. What differs has to have a reason."),
        ("Draft, proof", "The rulebook as somebody edits it; what was proved of every case that is possible."),
        ("Second person", "Some answers count only when another person has confirmed them."),
    )),
    ("What is recorded", (
        ("Log, leaf", "The record of all decisions, to which entries (leaves) are only added. Each has a number."),
        ("Checkpoint", "A signature over the log at one size. Who keeps one sees whether it was changed later."),
        ("Witness", "Somebody outside who signs checkpoints, so that the log cannot show two people two pasts."),
        ("Receipt", "Shows that a decision is in the log, without trust in who hands it over."),
        ("Register", "The decisions as the gate reads them: who may buy now. It is stale after its time has passed."),
        ("Gate", "The program that answers at each sale whether this advertiser may buy."),
    )),
)  # fmt: skip


def words_page(visit: Visit) -> Response:
    """Show the words, by what they are about."""
    return visit.render("words.html", groups=_WORDS)


AREA: Final = Area(menu=(), routes=(get("/words", words_page),))
