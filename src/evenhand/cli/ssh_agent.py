"""Signatures by a key that ssh-agent holds.

Source: draft-miller-ssh-agent, §3 to §5 (identities, sign requests).
"""

import os
import socket
from collections.abc import Iterator

from evenhand.model.errors import BadInput
from evenhand.store.ssh_keys import ED25519, fingerprint, public_blob, text_field

_LIST, _LISTED, _SIGN, _SIGNED = 11, 12, 13, 14
_MOST_BYTES = 1 << 20
_WAIT_S = 120.0  # an agent can ask its owner to confirm


def agent_sign(public: bytes, message: bytes) -> bytes:
    """Return the 64 bytes of a signature by the key `public`.

    Raises:
        BadInput: there is no agent, it does not hold the key, or it refuses to sign.
    """
    held = _held()
    if public_blob(public) not in held:
        names = ", ".join(held.values()) or "no key"
        raise BadInput("ssh-agent does not hold the key", where="--sign", got=fingerprint(public),
                       expected=f"one that it holds: {names}", todo="add it: ssh-add FILE")  # fmt: skip
    reply = _ask(_SIGN, text_field(public_blob(public)) + text_field(message) + bytes(4), _SIGNED)
    fields = list(_fields(next(_fields(reply), b"")))
    if len(fields) != 2 or fields[0] != ED25519.encode():
        raise BadInput("ssh-agent answered with a signature of another kind", expected=ED25519)
    return fields[1]


def _held() -> dict[bytes, str]:
    """Return the keys that the agent holds, each with its comment or kind."""
    fields = list(_fields(_ask(_LIST, b"", _LISTED)[4:]))
    return {blob: comment.decode("utf-8", "replace") or "a key without comment"
            for blob, comment in zip(fields[::2], fields[1::2], strict=False)}  # fmt: skip


def _ask(kind: int, body: bytes, expected: int) -> bytes:
    """Return the body of the agent's answer to one request."""
    address = os.environ.get("SSH_AUTH_SOCK", "")
    if not address:
        raise BadInput("no ssh-agent is running", where="SSH_AUTH_SOCK", todo="start one: eval $(ssh-agent); ssh-add")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            agent.settimeout(_WAIT_S)
            agent.connect(address)
            agent.sendall(text_field(bytes([kind]) + body))
            size = int.from_bytes(_read(agent, 4), "big")
            if not 0 < size <= _MOST_BYTES:
                raise BadInput("ssh-agent's answer is too long", where=address, got=size)
            answer = _read(agent, size)
    except OSError as error:
        raise BadInput(f"ssh-agent does not answer ({error.strerror or error})", where=address) from error
    if answer[0] != expected:
        raise BadInput("ssh-agent refused", where=address, todo="unlock it, or confirm the signature when it asks")
    return answer[1:]


def _read(agent: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = agent.recv(size - len(data))
        if not part:
            raise ConnectionError("it closed the connection")
        data += part
    return data


def _fields(data: bytes) -> Iterator[bytes]:
    """Yield fields with a length before each, as many as are whole."""
    while len(data) >= 4:
        size = int.from_bytes(data[:4], "big")
        yield data[4 : 4 + size]
        data = data[4 + size :]
