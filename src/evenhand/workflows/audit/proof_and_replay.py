"""What the rulebook proves for all facts beside what replay shows; where they disagree, the audit stops."""

from collections.abc import Sequence
from datetime import UTC, datetime

from evenhand.model.audit_proof import NeutralityProof
from evenhand.model.certificate import Certificate
from evenhand.model.errors import ProofDisagrees
from evenhand.policy import Rulebook
from evenhand.policy.attribute_roles import IDENTITY, protected_classes
from evenhand.policy.proofs import LIMIT_S, Prover, Question, prove_within, prover_rulebook
from evenhand.workflows.audit.flips import Flips


def neutrality_proofs(rulebook: Rulebook, at: datetime) -> tuple[NeutralityProof, ...]:
    """Return for each protected class whether outcomes are proved not to depend on it, laws that rely on it aside."""
    day, classes = f"{at.astimezone(UTC):%Y-%m-%d}", protected_classes(rulebook.schema)
    questions = [Question(property="neutral", at=day, class_=name) for name in classes]
    prover = Prover(prover_rulebook(rulebook.source), second=False)
    answers = prove_within(prover, questions, LIMIT_S)
    return tuple(_proof(name, paths, answer) for (name, paths), answer in zip(classes.items(), answers, strict=True))


def check_agreement(rulebook_name: str, proofs: Sequence[NeutralityProof], flips: Flips) -> None:
    """Hold flips against proofs of the same rules: a proof says that there is none.

    Raises:
        ProofDisagrees: an attribute that was proved not to matter changed a recorded ruling.
    """
    for proof in proofs:
        wrong = [path for path in proof.attributes if (rulebook_name, path) in flips.flipped]
        if proof.result == "proved" and proof.protected_class != IDENTITY and wrong:
            seqs = [each.seq for each in flips.result.found if each.attribute in wrong]
            raise ProofDisagrees(
                f"outcomes are proved not to depend on {', '.join(wrong)}, and replay changed one",
                where=f"entry {seqs[0]}", todo="no report was written; report this as a fault of Evenhand",
            )  # fmt: skip


def _proof(name: str, paths: tuple[str, ...], answer: Certificate) -> NeutralityProof:
    return NeutralityProof(protected_class=name, attributes=paths, result=answer.result, by=answer.by, why=answer.why)
