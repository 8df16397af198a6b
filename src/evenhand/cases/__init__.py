"""Walk every advertiser down the river, once: the only caller of rooms in order, the only writer of decisions."""

from evenhand.cases.alone import decide
from evenhand.cases.explaining import explain
from evenhand.cases.ledgers import create_ledger, open_ledger, verify_folder
from evenhand.cases.run import Tools, run

__all__ = ["Tools", "create_ledger", "decide", "explain", "open_ledger", "run", "verify_folder"]
