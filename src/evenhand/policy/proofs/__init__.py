"""What holds of a rulebook for all facts: questions, answers with counterexamples, and two rulebooks compared."""

from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import Question, ReleaseQuestion, release_questions
from evenhand.policy.proofs.report import describe_certificate, describe_difference
from evenhand.policy.proofs.rulebook_comparison import compare_rulebooks
from evenhand.policy.proofs.time_limit import LIMIT_S, compare_within, dependence_within, prove_within

__all__ = [
    "LIMIT_S",
    "Prover",
    "Question",
    "ReleaseQuestion",
    "compare_rulebooks",
    "compare_within",
    "dependence_within",
    "describe_certificate",
    "describe_difference",
    "prove_within",
    "prover_rulebook",
    "release_questions",
]
