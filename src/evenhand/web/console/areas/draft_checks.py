"""The checks of the draft: tests, proofs with counterexamples, what changes for whom; and its release by two people."""

from datetime import UTC
from typing import Final

from starlette.responses import Response

from evenhand.model.certificate import Certificate
from evenhand.model.errors import EvenhandError, NotFound, RulebookInvalid
from evenhand.policy.attribute_words import attribute_words
from evenhand.policy.proofs.example_sides import ExampleSides
from evenhand.policy.proofs.report import question_words
from evenhand.store.network import Network
from evenhand.web.console.area import get, post
from evenhand.web.console.guard import error_status
from evenhand.web.console.visit import Visit
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.people.permitted_roles import permitted_roles
from evenhand.workflows.people.staff_rules import network_staff
from evenhand.workflows.rulebooks.draft_checks import DraftChecks, differences_of, examples_of, release_faults
from evenhand.workflows.rulebooks.draft_release import approve_draft, draft_approval
from evenhand.workflows.rulebooks.drafts import known_draft

PATH: Final = "/rules/draft/checks"

_MOST_NAMED = 200  # as many as the table of the page has


def checks_page(visit: Visit) -> Response:
    """Show what is known of the draft as it is now."""
    return _page(visit)


def check(visit: Visit) -> Response:
    """Begin to check the draft."""
    known_draft(visit.network)
    visit.console.draft_runner.start(visit.network, visit.now)
    return visit.go(PATH)


def approve(visit: Visit) -> Response:
    """Approve the release of the draft; the second person's approval releases it."""
    network = visit.network
    try:
        with read_ledger(network.ledger) as ledger:
            approval = approve_draft(network, ledger, visit.form.text("diff"), visit.acting(), visit.now)
    except NotFound:
        raise
    except EvenhandError as error:
        return _page(visit, str(error), error_status(error))
    if approval.second is None:
        return visit.go(PATH, "Approved. Now another person confirms it, logged in as themselves")
    people = " and ".join(approval.approved_by)
    return visit.go("/rules", f"Released by {people}. The next run decides by these rules")


def _page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    network, head = visit.network, known_draft(visit.network)
    checks, running = visit.console.draft_runner.state(network)
    known = checks and (checks.draft, checks.at, checks.proofs is None, checks.difference is None)
    try:
        examples, differences = visit.console.kept("draft examples", known, lambda: _examples(network, checks))
    except RulebookInvalid as error:  # saved by somebody else just now
        examples, differences, problem = [], [], problem or str(error)
    if checks and checks.shadow and checks.shadow.flips:
        visit.log_read("draft", ", ".join(flip.party_id for flip in checks.shadow.flips[:_MOST_NAMED]))
    certificates = checks.proofs.certificates if checks and checks.proofs else ()
    return visit.render(
        "draft_checks.html", status, head=head, checks=checks, running=running, problem=problem, examples=examples,
        differences=differences, proved=_proved(certificates),
        unknown=[(each, question_words(each)) for each in certificates if each.result == "unknown"],
        faults=release_faults(checks), approval=draft_approval(network), has_staff=network_staff(network) is not None,
        attribute_words=attribute_words, not_for=visit.only_for("approve_release"), others=_others(visit),
        today=f"{checks.at.astimezone(UTC):%Y-%m-%d}" if checks else "",
    )  # fmt: skip


def _others(visit: Visit) -> tuple[str, ...]:
    """Return who else may approve a release: nobody confirms their own approval."""
    permitted = permitted_roles(visit.network, visit.person, ["approve_release"], visit.now)
    return tuple(each for each in permitted.people if each != visit.person) if permitted else ()


def _examples(network: Network, checks: DraftChecks | None) -> tuple[list[ExampleSides], list[tuple[str, list[str]]]]:
    """Return the counterexamples of the proofs, and the examples of what changes; Cedar is asked for each."""
    return (examples_of(network, checks), differences_of(network, checks)) if checks else ([], [])


def _proved(certificates: tuple[Certificate, ...]) -> list[tuple[str, list[str]]]:
    """Return what is proved, each statement with the days on which it was asked."""
    days: dict[str, list[str]] = {}
    for each in certificates:
        if each.result == "proved":
            days.setdefault(question_words(each), []).append(each.at)
    return list(days.items())


ROUTES: Final = (
    get(PATH, checks_page), post(PATH, check, "approve_release"),
    post("/rules/draft/approve", approve, "approve_release"),
)  # fmt: skip
