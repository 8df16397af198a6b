"""The person for whom a verb acts, and the key that signs: the option `--sign`, shared by every such verb."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import instant
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.staff import Signature
    from evenhand.store.network import Network
    from evenhand.workflows.people.acting import Acting

Sign = Annotated[
    str,
    typer.Option("--sign", metavar="KEY", help="Sign with this SSH key: its file, its .pub file with ssh-agent, or "
                 "`agent`.", show_default=False),
]  # fmt: skip
ConfirmSign = Annotated[str, typer.Option("--confirm-sign", metavar="KEY", help="The key of who confirms; as --sign.")]

AGENT = "agent"


def acting_of(network: "Network", person: str, sign: str, role: str = "", conflict: bool | None = None) -> "Acting":
    """Return who acts, with the key of `--sign`.

    `sign` is the file of a private key, a `.pub` file of a key that ssh-agent holds, `agent` for the person's own key
    there, or ``""``.

    Raises:
        BadInput: a key without `staff.toml`, no such file, a key that others can read or of another kind, no agent.
        NotPermitted: a key where `staff.toml` was taken away: no act of a person is taken, with a key or without.
    """
    from evenhand.workflows.people.acting import Acting
    from evenhand.workflows.people.staff_overview import check_not_removed
    from evenhand.workflows.people.staff_rules import network_staff

    if not sign:
        return Acting(person, role, None, conflict)
    staff = network_staff(network)
    if staff is None:
        check_not_removed(network, instant(None))
        raise BadInput("this network has no staff.toml, so no key is anybody's", where="--sign", got=sign,
                       todo="leave out --sign, or write staff.toml: the page staff of the documentation")  # fmt: skip
    own = next((each.key for each in staff.staff.people if each.id == person), "")
    return Acting(
        person, role, _agent_signer(own, "--sign agent") if sign == AGENT else signer_of(Path(sign)), conflict
    )


def signer_of(path: Path) -> "Callable[[bytes], Signature]":
    """Return what signs with the key of a file: itself, or ssh-agent where the file is a public key.

    Raises:
        BadInput: no such file, others can read it, or it is no Ed25519 key of OpenSSH.
    """
    from evenhand.store.ssh_private_keys import PRIVATE_HEAD, read_private_key
    from evenhand.store.ssh_signatures import sign_message

    if not path.is_file():
        raise BadInput("no such key file", where="--sign", got=path, expected="a private key, a .pub file, or `agent`")
    with path.open("rb") as file:
        is_private = file.read(len(PRIVATE_HEAD) + 10).lstrip().startswith(b"-----BEGIN ")
    if not is_private:
        return _agent_signer(path.read_text("utf-8", "replace"), str(path))
    key = read_private_key(path)
    if key is None:
        return lambda message: _signature(_sign_by_openssh(path, message))
    return lambda message: _signature(sign_message(message, key.public, key.sign))


def _agent_signer(line: str, where: str) -> "Callable[[bytes], Signature]":
    from evenhand.cli.ssh_agent import agent_sign
    from evenhand.store.ssh_keys import read_public_key
    from evenhand.store.ssh_signatures import sign_message

    if not line.strip():
        raise BadInput("staff.toml has no key of this person", where=where, todo="add the key, or give its file")
    try:
        public = read_public_key(line)
    except BadInput as error:
        raise BadInput(error.what, where=where, got=error.got, expected=error.expected, todo=error.todo) from error
    return lambda message: _signature(sign_message(message, public, lambda data: agent_sign(public, data)))


def _sign_by_openssh(path: Path, message: bytes) -> bytes:
    """Return a signature by a key with a passphrase, which OpenSSH asks for itself; we never see it."""
    from evenhand.store.ssh_signatures import NAMESPACE, unarmored

    program = shutil.which("ssh-keygen")
    if program is None:
        raise BadInput("a passphrase protects this key, and ssh-keygen is not installed", where=path,
                       todo="add the key to ssh-agent and give --sign agent")  # fmt: skip
    command = [program, "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(path)]
    done = subprocess.run(command, input=message, capture_output=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(f"ssh-keygen did not sign: {lines[-1] if lines else 'no reason given'}", where=path,
                       expected="the passphrase of the key")  # fmt: skip
    return unarmored(done.stdout.decode("ascii", "replace"))


def _signature(blob: bytes) -> "Signature":
    import base64

    from evenhand.model.staff import Signature
    from evenhand.store.ssh_keys import fingerprint
    from evenhand.store.ssh_signatures import read_signature

    return Signature(
        how="ssh-key", key=fingerprint(read_signature(blob).public), signature=base64.b64encode(blob).decode()
    )
