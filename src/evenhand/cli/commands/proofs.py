"""`evenhand rules prove` and `diff`: what holds of a rulebook for all facts, and how two differ."""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import (
    AsJson,
    collector_at_rest,
    contents_at,
    day_or_instant,
    instant,
    print_json,
    progress_bar,
    say,
)
from evenhand.model.errors import BadInput
from evenhand.render.wording import short_hash
from evenhand.store.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from evenhand.model.certificate import Certificate, Dependence
    from evenhand.model.release import RulebookDifference
    from evenhand.policy.proofs import Prover, ReleaseQuestion
    from evenhand.policy.rulebook import RulebookContents

_Day = Annotated[
    str | None, typer.Option("--at", help="Use the rules in force on this day, or at this instant.", metavar="T")
]

_Limit = Annotated[
    str, typer.Option("--limit", help="Time limit for all answers together, such as 60s or 5m.", metavar="TIME")
]
_TIME = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(s|m|)", re.ASCII)


def prove(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A rulebook's folder, or a network's.", show_default=False)
    ],
    at: _Day = None,
    dependence: Annotated[
        bool,
        typer.Option("--dependence", help="List the attributes that outcomes can depend on, and by which law."),
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Ask what a release must have, for every day on which the rules change.")
    ] = False,
    limit: _Limit = "60s",
    as_json: AsJson = False,
) -> None:
    """Prove for all possible facts that equals are treated alike; exit 1 if a required property does not hold."""
    from evenhand.policy.proofs import Prover, prove_within, prover_rulebook, release_questions
    from evenhand.workflows.rulebooks.release import required_questions

    with collector_at_rest():
        source, day = contents_at(folder), _day(at)
        prover, limit_s = Prover(prover_rulebook(source), second=True), _seconds(limit)
        if dependence:
            _say_dependence(prover, day, limit_s, as_json)
            return
        if release:
            standing = required_questions(prover, source, day)
        else:
            standing = release_questions(prover.in_force(day), source.schema, day)
        with progress_bar(as_json) as progress:
            found: list[Certificate] = []
            progress("proving", 0, len(standing))
            for each in prove_within(prover, [each.question for each in standing], limit_s):
                found.append(each)
                progress("proving", len(found), len(standing))
    wrong = [each for each, question in zip(found, standing, strict=True) if question.wanted not in (None, each.result)]
    if as_json:
        print_json({"certificates": found, "wrong": len(wrong)})
    else:
        _say_certificates(list(zip(standing, found, strict=True)), wrong, prover)
    if wrong:
        raise typer.Exit(1)


def diff(
    old: Annotated[
        Path, typer.Argument(metavar="OLD", help="A rulebook's folder, or a network's.", show_default=False)
    ],
    new: Annotated[
        Path | None,
        typer.Argument(
            metavar="NEW",
            help="The other; without it, a network's as it was released last and as it is now.",
            show_default=False,
        ),
    ] = None,
    at: _Day = None,
    limit: _Limit = "60s",
    as_json: AsJson = False,
) -> None:
    """Show where a rulebook is stricter or milder than another, for all possible facts, and what else lists mean."""
    from evenhand.policy.proofs import compare_within

    before, after = _due(old) if new is None else (contents_at(old), contents_at(new))
    day = _day(at)
    # As a release does: one solver, so that the hash is the same on every machine.
    found = compare_within(before, after, day, _seconds(limit))
    if as_json:
        print_json(found)
    else:
        is_network = (old / SETTINGS_FILE).is_file()
        _say_difference(found, before, after, f"evenhand rules shadow {old} {new or old}" if is_network else "")


def _due(folder: Path) -> "tuple[RulebookContents, RulebookContents]":
    """Return the rulebook that the next run of a network would release, behind the one that it follows."""
    from evenhand.policy import Rulebook
    from evenhand.store.network import read_network
    from evenhand.workflows.operations.ledgers import read_ledger
    from evenhand.workflows.rulebooks.release import followed_rulebook

    network = read_network(folder)
    rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    with read_ledger(network.ledger) as ledger:
        return followed_rulebook(network, rulebook, ledger).source, rulebook.source


def _day(text: str | None) -> str:
    """Return the UTC day that `--at` names, by itself or by an instant of it; today, if it names none."""
    return f"{day_or_instant('--at', text) or instant(None):%Y-%m-%d}"


def _seconds(text: str) -> float:
    found = _TIME.fullmatch(text)
    seconds = float(found[1]) * (60 if found[2] == "m" else 1) if found else 0.0
    if not seconds:
        raise BadInput("invalid time", where="--limit", got=text, expected="a positive time such as 60s or 5m")
    return seconds


def _say_certificates(
    answered: "list[tuple[ReleaseQuestion, Certificate]]", wrong: "list[Certificate]", prover: "Prover"
) -> None:
    """Say how many required properties hold, then each, those that do not hold first.

    Of the other questions only what is odd: a rule that applies to no request.
    """
    from evenhand.policy.proofs import describe_certificate

    found = [certificate for _, certificate in answered]
    required = [certificate for question, certificate in answered if question.wanted is not None]
    say(f"{found[0].at}: {_required(required)}")
    unknown = sum(each.result == "unknown" for each in found)
    if unknown:
        say(f"{unknown} of {len(found)} questions were not answered; `--limit` gives them more time")
    shown = [certificate for question, certificate in answered if question.wanted or certificate.result != "refuted"]
    for certificate in sorted(shown, key=lambda certificate: certificate not in wrong):
        words = describe_certificate(certificate, prover.rulebook).splitlines()
        say(f"{words[0]}{_by(certificate)}")
        for line in words[1:] if certificate in wrong else ():
            say(line)
    second = next((f" and {each.second_solver}" for each in found if each.second_solver), "")
    seconds = sum(each.seconds for each in found)
    others = len(found) - len(required)
    say(f"{others} more questions, whether each rule has an effect; {found[0].solver}{second}, {seconds:.1f} s")


def _required(required: "list[Certificate]") -> str:
    """Return how many of the required properties hold."""
    count_of = Counter(each.result for each in required)
    if count_of["proved"] == len(required):
        return f"all {len(required)} required properties are proved"
    others = [f"{count_of['refuted']} refuted"] * (count_of["refuted"] > 0)
    others += [f"{count_of['unknown']} not answered"] * (count_of["unknown"] > 0)
    return f"{count_of['proved']} of {len(required)} required properties are proved, {', '.join(others)}"


_MEANS = {"reading": "reading the rules", "solver": "solver", "engine": "the engine"}


def _by(certificate: "Certificate") -> str:
    return f"  (by {' and by '.join(map(_MEANS.__getitem__, certificate.by))})" if certificate.by else ""


def _say_dependence(prover: "Prover", day: str, limit_s: float, as_json: bool) -> None:
    from evenhand.policy.proofs import dependence_within

    found = dependence_within(prover, day, limit_s)
    if as_json:
        print_json({"rulebook": prover.rulebook.sha256, "at": day, "attributes": found})
        return
    for each in found:
        if each.matters is not False:
            say(_depends(each))
    free = [each.attribute for each in found if each.matters is False]
    say(f"no effect on any outcome ({len(free)} attributes): {', '.join(free)}")


def _depends(each: "Dependence") -> str:
    from evenhand.policy.attribute_words import attribute_words

    roles = ", ".join(f"{name} {value}" for name, value in each.roles.items())
    rules = "; ".join(
        f"{rule.rule}{f' by {rule.legal_basis}' if rule.relies and rule.legal_basis else ''}" for rule in each.rules
    )
    unknown = " (not known)" if each.matters is None else ""
    words = attribute_words(each.attribute)
    return f"{words} ({each.attribute}){f' [{roles}]' if roles else ''}{unknown}: {rules or 'no rule alone'}"


def _mapping_lines(found: "RulebookDifference") -> list[str]:
    if not found.mapping:
        return []
    what = "the rules are compared on the same facts; these rows change which facts there are:"
    return [what, *(f"  {each}" for each in found.mapping)]


def _say_difference(
    found: "RulebookDifference", before: "RulebookContents", after: "RulebookContents", naming: str
) -> None:
    from evenhand.policy.proofs import describe_difference, prover_rulebook

    for name in ("added", "removed", "amended"):
        for rule in getattr(found, name):
            say(f"{name}: {rule}")
    for action in found.actions:
        say(f"{action.action}: {action.relation}{f', {action.why}' if action.why else ''}")
        for example in action.examples:
            for line in describe_difference(example, found.at, prover_rulebook(before), prover_rulebook(after)):
                say(line)
    for line in _mapping_lines(found):
        say(line)
    say(f"{short_hash(found.old_sha256)} -> {short_hash(found.new_sha256)} on {found.at}")
    if naming:
        say(f"These requests are examples. To list the network's own parties: {naming}")
    say(f'for release.toml:  diff = "sha256:{found.sha256}"')
