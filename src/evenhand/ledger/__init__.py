"""What was decided, in what order, unchanged: an append-only Merkle log in open formats (C2SP)."""

from evenhand.ledger.log import Ledger
from evenhand.ledger.log_reader import LogReader
from evenhand.ledger.proof import verify_growth
from evenhand.ledger.receipt import format_receipt, verify_receipt
from evenhand.ledger.trust import read_policy
from evenhand.ledger.verify import verify_log

__all__ = ["Ledger", "LogReader", "format_receipt", "read_policy", "verify_growth", "verify_log", "verify_receipt"]
