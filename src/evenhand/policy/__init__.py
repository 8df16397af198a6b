"""What does the rulebook say of these facts? A pure function; Cedar is the authority."""

from evenhand.policy.parts import read_part, without_at
from evenhand.policy.rulebook import ActiveRules, Rulebook
from evenhand.policy.ruling import rule, rule_many, time_bound

__all__ = ["ActiveRules", "Rulebook", "read_part", "rule", "rule_many", "time_bound", "without_at"]
