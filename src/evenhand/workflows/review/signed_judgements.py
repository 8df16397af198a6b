"""Judgements under the staff's rules: who may make one, signed, and which of them take two people."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from evenhand.model.errors import BadInput, NotPermitted
from evenhand.model.judgement import Judgement
from evenhand.model.staff import StaffCase
from evenhand.policy import Rulebook
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import CountedFinding
from evenhand.workflows.evaluation.laws import designations_of_law
from evenhand.workflows.evaluation.lists_of_law import NO_TABLES, list_is_under_law
from evenhand.workflows.evaluation.run_context import RunContext
from evenhand.workflows.people.acting import Acting, needs_second, permit, sign_record
from evenhand.workflows.people.staff_rules import network_staff


@dataclass(frozen=True)
class Judge:
    """One person who judges matches of a network; without `staff.toml` anybody may, unsigned."""

    network: Network
    acting: Acting
    at: datetime

    def check(self, judgement: Judgement, noticed: CountedFinding) -> None:
        """Refuse a judgement that this person may not make alone.

        Raises:
            BadInput: nobody is named who judges.
            NotPermitted: the staff's rules refuse it, or it takes a second person.
        """
        if network_staff(self.network) is None:
            return
        who, at = self.acting.person, self.at
        if not who:
            raise BadInput("--by is missing: who signs judges, in a network with a staff.toml",
                           todo=f"give --by {judgement.by}")  # fmt: skip
        if who != judgement.by:
            raise NotPermitted("who signs is not who judges", rule="signed", person=who, needed=judgement.by)
        case = StaffCase(sanctions=self._is_by_law(noticed), answer=judgement.verdict)
        permit(self.network, self.acting, "judge", case, at, proposing=True)
        if needs_second(self.network, "judge", case, at):
            raise NotPermitted(
                "saying that a party is not the one listed under a law takes two people", rule="two-clear-a-match",
                person=who, needed="an answer to the task of this match, which another person confirms",
                todo="`evenhand tasks` shows it, `evenhand task answer` answers it",
            )  # fmt: skip

    def sign(self, judgement: Judgement) -> Judgement:
        """Return a judgement that was checked as it is recorded.

        Raises:
            NotPermitted: nothing signs it, or another's key does.
        """
        staff = network_staff(self.network)
        if staff is None:
            return judgement
        acting = permit(self.network, self.acting, "judge", StaffCase(), self.at, proposing=True)
        return sign_record(judgement, acting, staff, self.at)

    def _is_by_law(self, noticed: CountedFinding) -> bool:
        """Return whether a binding law lists the matched entry, or any law its list and the match is certain."""
        if noticed.finding.certain and list_is_under_law(self.network, noticed.finding.list):
            return True
        rulebook, binding = self._laws
        found = rulebook.designation_for(noticed.finding.list, noticed.entity.values("program"))
        return any(binding & rulebook.within(name) for name, _ in found)

    @cached_property
    def _laws(self) -> tuple[Rulebook, frozenset[str]]:
        """Return the rulebook, and the designations that a binding law asks for."""
        settings = self.network.settings
        rulebook = Rulebook.load(self.network.rulebook, settings.rulebook.historic)
        context = RunContext(self.at, settings, rulebook, NO_TABLES, {}, {}, {}, {})
        return rulebook, designations_of_law(context)
