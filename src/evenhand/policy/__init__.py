"""What does the rulebook say of these facts? A pure function; Cedar is the authority."""

from evenhand.policy.relevant_facts import select_relevant_facts, without_at
from evenhand.policy.rulebook.rulebook import ActiveRules, Rulebook
from evenhand.policy.ruling import rule, rule_many, time_bound

__all__ = ["ActiveRules", "Rulebook", "rule", "rule_many", "select_relevant_facts", "time_bound", "without_at"]
