"""Receipts and logs checked, from a program, with nothing but a key: neither needs a network or the internet."""

from pathlib import Path

from evenhand.api.arguments import path_of, text_of
from evenhand.model.log import LogReport, ReceiptReport
from evenhand.workflows.operations.receipts import check
from evenhand.workflows.people.signature_checks import verify_with_signatures


def verify_receipt(receipt: str | Path, vkey: str | None = None, *, policy: str | Path | None = None) -> ReceiptReport:
    """Return whether a receipt holds: `ok`, and `problem` where it does not.

    `receipt` is a file (`.tlog-proof`, or a letter that has one below it), `vkey` the log's key as you know it,
    `policy` a file of logs, witnesses and quorum as you trust them.

    Raises:
        BadInput: neither key nor policy, or no receipt.
    """
    return check(path_of(receipt, "receipt"), _key(vkey), None if policy is None else path_of(policy, "policy"))


def verify_log(folder: str | Path, vkey: str | None = None, *, policy: str | Path | None = None) -> LogReport:
    """Return what holds of a ledger, a network or a published log, problem by problem; `ok` if all of it does.

    Without `vkey` the folder's own key is believed: that shows damage, but not that somebody wrote it all anew.

    Raises:
        BadInput: there is no log.
    """
    trusted = None if policy is None else path_of(policy, "policy")
    return verify_with_signatures(path_of(folder, "folder"), _key(vkey), trusted)


def _key(vkey: str | None) -> str | None:
    return None if vkey is None else text_of(vkey, "vkey")
