"""Trust policies: whose logs and witnesses one believes, written by the reader (C2SP tlog-policy)."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field

from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.encodings import read_number
from evenhand.ledger.protocols import Verifier
from evenhand.ledger.signed_notes import open_note, read_vkey
from evenhand.model.errors import BadInput, NotVerified
from evenhand.model.log import Checkpoint
from evenhand.model.verifier_key import COSIGNATURE, ED25519, MLDSA44, VerifierKey

NOBODY = "none"


@dataclass
class WitnessPolicy:
    """Known logs and witnesses, and the quorum: a witness, a group, or `none`.

    `urls` holds the submission prefix of those witnesses that have one, by their name in the policy.
    """

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def open(self, note: bytes, verifier: Verifier) -> Checkpoint:
        """Return the checkpoint if a log of this policy signed it and enough witnesses cosigned it.

        Raises:
            NotVerified: a signature does not hold, or the quorum is not met.
        """
        # By the keys of logs alone: a witness may bear the origin's name, and signs like a log with ML-DSA-44.
        checkpoint = open_checkpoint(note, self.logs, verifier)
        signed = open_note(note, [*self.logs, *self.witnesses.values()], verifier).keys
        if not self._met(self.quorum, {key.public for key in signed if key in self.witnesses.values()}):
            raise NotVerified("not enough witnesses cosigned", where=checkpoint.origin, expected=self.quorum)
        return checkpoint

    def can_spare(self, labels: Set[str]) -> bool:
        """Tell whether the quorum can be met without the witnesses of these labels (`name+hex(id)`)."""
        return self._met(self.quorum, {key.public for key in self.witnesses.values() if key.label not in labels})

    def _met(self, name: str, signed: Set[bytes]) -> bool:
        if name == NOBODY:
            return True
        if name in self.witnesses:
            return self.witnesses[name].public in signed
        least, members = self.groups[name]
        return sum(self._met(member, signed) for member in members) >= least

    def define(self, name: str) -> str:
        """Return `name` if it is free for a witness or group."""
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise ValueError(f"name `{name}` is taken")
        return name


def read_witness_policy(data: bytes) -> WitnessPolicy:
    """Return the policy that a file's bytes state.

    Raises:
        BadInput: a line is malformed, names what is not defined above it, or repeats a key, name or member.
    """
    policy = WitnessPolicy()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if any((byte < 0x20 and byte != 0x09) or byte == 0x7F for byte in line):
            raise BadInput("control character in the policy", where="line", line=number)
        words = line.decode(errors="surrogateescape").replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            _read_line(policy, words, number)
    if not policy.quorum:
        raise BadInput("no quorum in the policy", expected="one line `quorum <name>` or `quorum none`")
    return policy


def _read_line(policy: WitnessPolicy, words: list[str], number: int) -> None:
    reader = _READERS.get(words[0])
    try:
        if reader is None:
            raise ValueError("unknown word")
        reader(policy, words[1:])
    except (ValueError, NotVerified, BadInput) as error:
        raise BadInput(
            f"cannot read the policy: {error}",
            where="line",
            line=number,
            got=" ".join(words).encode(errors="replace").decode(),
        ) from None


def _read_log(policy: WitnessPolicy, words: list[str]) -> None:
    vkey, *_url = _words(words, 1, 2)
    policy.logs.append(_new_key(vkey, ED25519, policy.logs, policy.witnesses.values()))


def _read_witness(policy: WitnessPolicy, words: list[str]) -> None:
    name, vkey, *url = _words(words, 2, 3)
    policy.witnesses[policy.define(name)] = _new_key(vkey, COSIGNATURE, policy.witnesses.values(), policy.logs)
    if url:
        policy.urls[name] = url[0]


def _read_group(policy: WitnessPolicy, words: list[str]) -> None:
    name, least, *members = _words(words, 3, len(words))
    grouped = [member for _, others in policy.groups.values() for member in others]
    for at, member in enumerate(members):
        if member not in policy.witnesses and member not in policy.groups:
            raise ValueError(f"`{member}` is not defined above")
        if member in grouped or member in members[:at]:
            raise ValueError(f"`{member}` is a member already")
    count = {"any": 1, "all": len(members)}.get(least) or read_number(least)
    if not 1 <= count <= len(members):
        raise ValueError(f"cannot ask {count} of {len(members)}")
    policy.groups[policy.define(name)] = (count, members)


def _read_quorum(policy: WitnessPolicy, words: list[str]) -> None:
    (name,) = _words(words, 1, 1)
    if policy.quorum:
        raise ValueError("a second quorum")
    if name != NOBODY and name not in policy.witnesses and name not in policy.groups:
        raise ValueError(f"`{name}` is not defined above")
    policy.quorum = name


def _words(words: list[str], least: int, most: int) -> list[str]:
    if not least <= len(words) <= most:
        raise ValueError("too few or too many words")
    return words


def _new_key(vkey: str, kind: int, same: Iterable[VerifierKey], others: Iterable[VerifierKey]) -> VerifierKey:
    """Return a key for a role, if no key of `same` role is it; one of ML-DSA-44 may not have the other role either."""
    key = read_vkey(vkey)
    if key.kind not in (kind, MLDSA44):
        raise ValueError("a key of the wrong kind")
    if key.public in [other.public for other in same] or key in others:
        raise ValueError("the same public key twice")
    return key


_READERS: dict[str, Callable[[WitnessPolicy, list[str]], None]] = {
    "log": _read_log,
    "witness": _read_witness,
    "group": _read_group,
    "quorum": _read_quorum,
}
