"""What a rulebook leaves open for one party before anybody asks, and that as conditions of the gate."""

from evenhand.policy.residuals.advertiser_conditions import Conditions, Doubt, conditions
from evenhand.policy.residuals.party_residuals import PartyResiduals
from evenhand.policy.residuals.program_algebra import TRUE, all_of
from evenhand.policy.typed.values import FactsInvalid

__all__ = ["TRUE", "Conditions", "Doubt", "FactsInvalid", "PartyResiduals", "all_of", "conditions"]
