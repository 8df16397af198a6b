"""What a person has to do next about a decision, in one sentence, and by which day."""

import shlex
from collections.abc import Callable, Iterator
from typing import assert_never

from evenhand.model.decision import Decision
from evenhand.model.finding import NOT_KNOWN, UNREAD, Comparison, Finding
from evenhand.model.finding_sentences import correction
from evenhand.model.outcome import Outcome
from evenhand.workflows.delivery.reason_ids import reason_id

NOTHING = "Nothing to do"
UNUSED_MATCH = (
    "A match is certain, and no rule of the rulebook uses the entry: give its list a designation in designations.csv of"
    " the rulebook, or judge the match not the same"
)
_MATCHES = frozenset({"listed", "state_media", "lookalike_domain"})
_OWNERSHIP = frozenset({"owned_by_listed", "possibly_owned_by_listed", "controlled_by_listed", "acts_for_listed"})
_EXTRACT = "Ask for a register extract that shows the owners, and enter them in the table of ownership"
_MISSING = {
    "verification": "Ask for a register extract or another document, and enter the verification in the table",
    "payer_disclosed": "Ask who pays for the campaign, and enter the payer in the table",
}
"""What to ask for, by the attribute that a rule found wanting."""
_UNKNOWN = {
    "union_established": "Ask where the advertiser is established, and enter its country in the table",
    "third_country_controlled": (
        "Ask who owns and controls the advertiser, and enter them with share and country in the table of ownership"
    ),
}
"""What to ask for, by the attribute that nobody knows (`NOT_KNOWN`)."""


def next_step(decision: Decision, *, letter: str, waits: bool) -> str:
    """Return the next step as a sentence without full stop; `letter` is the id of its letter, ``""`` if there is none.

    `waits` says that the letter of a hold is not out yet. Commands and files are named.
    """
    match decision.outcome:
        case Outcome.ALLOW:
            return f"Send the letter out/reasons/{letter}.txt" if letter else NOTHING
        case Outcome.HOLD:
            step = next(_for_hold(decision, judge_command), None) or _decide(decision)
            return step if waits else f"{step}; {_letter(decision, 'send')}"
        case Outcome.REFUSE | Outcome.LIMIT | Outcome.LABEL:
            return _letter(decision, "Send")
        case _:
            assert_never(decision.outcome)


def next_action(decision: Decision, *, letter: str, waits: bool, unused: bool = False) -> str:
    """Return the same for a page, whose links lead to what is to be done: no commands, no files.

    `unused` says that no rule uses a certain match of an allowed party.
    """
    match decision.outcome:
        case Outcome.ALLOW:
            return (
                "; ".join(filter(None, ("Send the letter" if letter else "", UNUSED_MATCH if unused else "")))
                or NOTHING
            )
        case Outcome.HOLD:
            rule = f" than {decision.reasons[0]}" if decision.reasons else ""
            settle = f"Decide the case: refuse the party by a list of your own, or lift the hold by another rule{rule}"
            step = next(_for_hold(decision, lambda match: f"`{match.entity_id}` of `{match.list}`"), settle)
            return step if waits else f"{step}; send the letter"
        case Outcome.REFUSE | Outcome.LIMIT | Outcome.LABEL:
            return "Send the letter"
        case _:
            assert_never(decision.outcome)


def _decide(decision: Decision) -> str:
    """Return what a person can do about a hold in which nothing is open: the rulebook asks the network to decide."""
    rule = f" {decision.reasons[0]}" if decision.reasons else ""
    return (
        f"Decide the case (evenhand explain DIR {_word(decision)}): enter the party in a list of your own to refuse it,"
        f" or change the rule{rule} to lift the hold"
    )


def match_to_judge(decision: Decision) -> Finding | None:
    """Return the match that the next step of a hold asks a person to judge, None where it asks for something else."""
    if decision.outcome is not Outcome.HOLD or _unread(decision) or decision.errors:
        return None
    open_matches = [each for each in decision.findings if not each.certain and each.entity_id]
    return min(open_matches, key=_judged_first, default=None)


def strongest_first(finding: Finding) -> tuple[object, ...]:
    """Return by what matches are put in order; equal ones by their entry."""
    return (not finding.certain, -finding.score, finding.list, finding.entity_id)


def _judged_first(finding: Finding) -> tuple[object, ...]:
    return (finding.kind not in _MATCHES, *strongest_first(finding))


def judge_command(finding: Finding) -> str:
    """Return the command by which a person judges a match: of the party itself, or of the owner at its path's end."""
    party = finding.path[-1] if finding.path and not finding.is_media_tie else finding.party_id
    pair = f"{shlex.quote(party)} {shlex.quote(f'{finding.list}#{finding.entity_id}')} same|not-same|unsure"
    options = "--by WHO --why TEXT"
    return f"evenhand judge DIR {f'{options} -- {pair}' if party.startswith('-') else f'{pair} {options}'}"


def _for_hold(decision: Decision, named: Callable[[Finding], str]) -> Iterator[str]:
    """Yield what lifts or settles a hold, what comes first first; `named` says which match is to be judged."""
    if unread := _unread(decision):
        todo = correction(unread)
        yield f"{todo[:1].upper()}{todo[1:]}, then run again"
    if decision.errors:
        yield f"Correct the rule {decision.errors[0]} or the facts that it reads, then run again"
    if (match := match_to_judge(decision)) is not None:
        yield f"Judge the match: {named(match)}"
    for _, _, path in decision.grounds:
        if step := _MISSING.get(path.rpartition(".")[2]):
            yield step
    yield from missing_of_sponsor(decision)
    if any(each.kind in _OWNERSHIP or each.low for each in decision.findings):
        yield _EXTRACT


def missing_of_sponsor(decision: Decision) -> Iterator[str]:
    """Yield what to ask for where a rule needs to know what ties a sponsor to the Union, and nobody does."""
    compared = (each for finding in decision.findings if finding.kind == "recorded" for each in finding.because)
    for each in compared:
        step = _UNKNOWN.get(each.source_field.rpartition(".")[2])
        if step and each.ours == NOT_KNOWN:
            yield step


def _unread(decision: Decision) -> Comparison | None:
    """Return what is recorded of what could not be read and holds."""
    return next((each for finding in decision.findings for each in finding.because if each.name in UNREAD), None)


def _letter(decision: Decision, send: str) -> str:
    return f"{send} the letter out/reasons/{reason_id(decision.id)}.txt"


def _word(decision: Decision) -> str:
    """Return the party as it is given to a command: an id that begins with `-` would be read as an option."""
    party = shlex.quote(decision.party.id)
    return f"-- {party}" if decision.party.id.startswith("-") else party
