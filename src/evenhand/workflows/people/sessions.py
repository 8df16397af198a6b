"""Signatures for people who are logged in: by the ledger's own key, which the `staff` leaf names."""

import base64
from collections.abc import Callable
from datetime import datetime

from evenhand.ledger.signed_notes import read_vkey
from evenhand.model.staff import Signature
from evenhand.store.network import Network
from evenhand.store.ssh_keys import fingerprint, public_line
from evenhand.store.ssh_signatures import SESSION, sign_message
from evenhand.workflows.operations.ledger_folder import LedgerFolder
from evenhand.workflows.operations.ledger_keys import keys_of


def session_signer(network: Network, at: datetime) -> Callable[[bytes], Signature]:
    """Return what signs for a person whom the caller has authenticated: `Acting.sign` of a console.

    The namespace is another than that of people's own keys, and the bytes begin as no checkpoint does, so that neither
    can pass for the other.

    Raises:
        BadInput: the ledger's key cannot be used.
    """
    key = keys_of(LedgerFolder.at(network.ledger), at.timestamp())
    public = read_vkey(key.vkey).public

    def sign(message: bytes) -> Signature:
        blob = sign_message(message, public, key.sign, SESSION)
        return Signature(how="session", key=fingerprint(public), signature=base64.b64encode(blob).decode())

    return sign


def session_key(network: Network) -> str:
    """Return the ledger's public key as OpenSSH writes one."""
    path = LedgerFolder.at(network.ledger).public / "vkey"
    return public_line(read_vkey(path.read_text("utf-8").strip()).public)
