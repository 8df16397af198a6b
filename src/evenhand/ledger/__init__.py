"""What was decided, in what order, unchanged: an append-only Merkle log in open formats (C2SP)."""

from evenhand.ledger.log import Ledger
from evenhand.ledger.log_reader import LogReader
from evenhand.ledger.proofs import verify_growth
from evenhand.ledger.receipt import format_receipt, verify_receipt
from evenhand.ledger.verification import verify_log
from evenhand.ledger.witness_policy import read_witness_policy

__all__ = [
    "Ledger",
    "LogReader",
    "format_receipt",
    "read_witness_policy",
    "verify_growth",
    "verify_log",
    "verify_receipt",
]
