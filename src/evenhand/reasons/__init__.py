"""What do we tell the advertiser, the public and the regulator? One record, three forms, each with its own check.

`statement_of_reasons` fills the record from a decision and its case; `letter`, `public_record` and `to_dsa` render
it; `lint` and `validate_dsa` say what keeps a form from being sent. Nothing here sends anything.
"""

from evenhand.reasons.dsa import to_dsa
from evenhand.reasons.dsa_rules import validate_dsa
from evenhand.reasons.letter import letter
from evenhand.reasons.lint import Corpus, lint
from evenhand.reasons.public_record import public_record
from evenhand.reasons.statement import statement_of_reasons

__all__ = ["Corpus", "letter", "lint", "public_record", "statement_of_reasons", "to_dsa", "validate_dsa"]
