"""What keeps a ledger going: made, opened by one writer, appended to, backed up, proved, cared for."""

from evenhand.workflows.operations.ledgers import create_ledger, open_ledger, verify_folder

__all__ = ["create_ledger", "open_ledger", "verify_folder"]
