"""Made-up staff of a network, with keys that sign without OpenSSH."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evenhand.model.record import sha256_hex
from evenhand.model.staff import Signature
from evenhand.store.ssh_keys import fingerprint, public_line
from evenhand.store.ssh_signatures import sign_message
from evenhand.workflows.people.acting import Acting

ROLES: Mapping[str, Sequence[str]] = {
    "ana": ["analyst"], "ben": ["analyst"], "rob": ["reviewer"], "rea": ["reviewer"], "lea": ["legal"],
    "pol": ["policy"], "ops": ["operator"], "aud": ["auditor"],
}  # fmt: skip


def private_key(who: str) -> Ed25519PrivateKey:
    """Return the key of a made-up person, always the same."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(sha256_hex(who.encode())))


def public_key(who: str) -> bytes:
    """Return its public half."""
    return private_key(who).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def block(who: str, roles: Sequence[str], key: str | None = None, more: str = "") -> str:
    """Return a block of `staff.toml`."""
    shown = ", ".join(f'"{role}"' for role in roles)
    line = public_line(public_key(who)) if key is None else key
    return f'[[person]]\nid = "{who}"\nname = "Made-up {who.title()}"\nroles = [{shown}]\nkey = "{line}"\n{more}\n'


def write_staff(folder: Path, roles: Mapping[str, Sequence[str]] = ROLES) -> Path:
    """Write `staff.toml` into a network's folder: by default two analysts, two reviewers, one of each other role."""
    path = folder / "staff.toml"
    path.write_text("\n".join(block(who, each) for who, each in roles.items()), "utf-8")
    return path


def acting(who: str, key_of: str = "", conflict: bool | None = None) -> Acting:
    """Return a made-up person who acts and signs, with the key of another where one is named."""

    def sign(message: bytes) -> Signature:
        key, public = private_key(key_of or who), public_key(key_of or who)
        blob = sign_message(message, public, key.sign)
        return Signature(how="ssh-key", key=fingerprint(public), signature=base64.b64encode(blob).decode())

    return Acting(who, sign=sign, conflict=conflict)
