"""Requests to witnesses to cosign a checkpoint: all at once, with one deadline (C2SP tlog-witness)."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from functools import partial
from threading import Thread

from evenhand.ledger.checkpoint import GO_ON
from evenhand.ledger.encodings import read_number, to_base64
from evenhand.ledger.protocols import HttpPost, HttpResponse, Verifier
from evenhand.ledger.signed_notes import DASH, MOST_SIGNATURES, open_note, parse_note
from evenhand.ledger.witness_policy import WitnessPolicy
from evenhand.model.errors import BadInput, HistoryConflict, NotVerified
from evenhand.model.log import Checkpoint, WitnessReply
from evenhand.model.verifier_key import VerifierKey

Prove = Callable[[int, int], Sequence[bytes]]

SIZE_KIND = "text/x.tlog.size"
MOST_WITNESSES = MOST_SIGNATURES - 10  # the rest of a note's lines is for the log's own keys
REFUSALS = {
    400: "calls the request malformed",
    403: "does not know this log's key",
    404: "does not know this log's origin",
}


class Witnesses:
    """Those witnesses of a policy that have an address.

    `ask` makes one HTTP request; `deadline_s` is how long one checkpoint waits for all of them together.

    Raises:
        BadInput: more witnesses than a note has room for signatures.
    """

    def __init__(self, policy: WitnessPolicy, ask: HttpPost, verifier: Verifier, deadline_s: float) -> None:
        self._members = [(policy.witnesses[name], url) for name, url in policy.urls.items()]
        self._policy, self._ask, self._verifier, self._deadline_s = policy, ask, verifier, deadline_s
        if len(self._members) > MOST_WITNESSES:
            raise BadInput("too many witnesses", got=len(self._members), expected=f"at most {MOST_WITNESSES}")

    def cosign(
        self, checkpoint: Checkpoint, lines: Mapping[str, str], sizes: Mapping[str, int], prove: Prove
    ) -> list[WitnessReply]:
        """Return what came of each witness, in the order of the policy.

        `lines` are those already had for this checkpoint (they are not asked for again), `sizes` what each witness
        cosigned last, both by the label of its key; `prove` makes proofs of growth, also after this returned:
        a witness that is late is left to finish in its own thread.
        """
        missing = [(key, url) for key, url in self._members if key.label not in lines]
        begun = {
            key.label: _begin(
                partial(self._cosign, key, url, checkpoint, min(sizes.get(key.label, 0), checkpoint.size), prove)
            )
            for key, url in missing
        }
        wait(begun.values(), timeout=self._deadline_s)
        return [
            WitnessReply(witness=key.label, line=lines[key.label])
            if key.label in lines
            else self._outcome(key.label, begun[key.label])
            for key, _ in self._members
        ]

    def check_quorum(self, checkpoint: Checkpoint, replies: Sequence[WitnessReply]) -> None:
        """Raise if so many witnesses have seen another history that the policy's quorum can never be met.

        Witnesses that did not answer, or refused for another reason, do not keep a checkpoint from being published.

        Raises:
            HistoryConflict: the checkpoint must not be published.
        """
        alarms = {reply.witness: reply.problem for reply in replies if reply.alarm}
        if alarms and not self._policy.can_spare(alarms.keys()):
            witness, problem = next(iter(alarms.items()))
            raise HistoryConflict(
                f"the witnesses refuse this history: {witness} {problem}", where=checkpoint.origin,
                expected=f"the quorum `{self._policy.quorum}` can be met", todo=f"nothing was published; {GO_ON}",
            )  # fmt: skip

    def _outcome(self, label: str, begun: "Future[WitnessReply]") -> WitnessReply:
        if begun.done():
            return begun.result()
        return WitnessReply(witness=label, problem=f"no answer within {self._deadline_s:g} s")

    def _cosign(self, key: VerifierKey, url: str, checkpoint: Checkpoint, old: int, prove: Prove) -> WitnessReply:
        """Ask one witness; a second time if it names another size that it has seen."""
        try:
            for _ in range(2):
                body = make_request(checkpoint, old, prove(old, checkpoint.size) if old else ())
                response = self._ask(f"{url.rstrip('/')}/add-checkpoint", body, self._deadline_s)
                seen = _size_seen(response)
                if seen is None or seen == old or seen > checkpoint.size:
                    break
                old = seen
        except OSError as error:
            return WitnessReply(witness=key.label, problem=f"no answer ({error})")
        if response.status == 200:
            return self._verified(key, checkpoint, response.body)
        alarm = _alarm(response.status, checkpoint.size, old, seen)
        problem = alarm or REFUSALS.get(response.status, f"answered {response.status}")
        return WitnessReply(witness=key.label, problem=problem, alarm=bool(alarm))

    def _verified(self, key: VerifierKey, checkpoint: Checkpoint, body: bytes) -> WitnessReply:
        """Return the first line that is this witness's cosignature of this checkpoint; skip all others."""
        text, _ = parse_note(checkpoint.note.encode())
        lines = [line for line in body.decode(errors="replace").split("\n") if line.startswith(f"{DASH}{key.name} ")]
        for line in lines[:MOST_SIGNATURES]:
            try:
                open_note(f"{text}\n{line}\n".encode(), [key], self._verifier)
            except NotVerified:
                continue
            return WitnessReply(witness=key.label, line=f"{line}\n")
        return WitnessReply(witness=key.label, problem="answered with no cosignature that holds")


def make_request(checkpoint: Checkpoint, old: int, proof: Sequence[bytes]) -> bytes:
    """Return the body of `add-checkpoint`: the checkpoint, and that it continues the log of size `old`."""
    lines = [f"old {old}", *map(to_base64, proof)]
    return ("\n".join(lines) + "\n\n" + checkpoint.note).encode()


def _begin(work: Callable[[], WitnessReply]) -> "Future[WitnessReply]":
    """Run `work` in a thread of its own, which does not keep the process from ending."""
    future: Future[WitnessReply] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised again where the future is read
            future.set_exception(error)

    Thread(target=run, daemon=True, name="witness").start()
    return future


def _size_seen(response: HttpResponse) -> int | None:
    """Return the size that the witness last cosigned, where it answers with one."""
    if response.status != 409 or response.media_type != SIZE_KIND:
        return None
    try:
        return read_number(response.body.decode(errors="replace").removesuffix("\n"))
    except NotVerified:
        return None


def _alarm(status: int, size: int, old: int, seen: int | None) -> str:
    """Return what an answer says of another history of this log, ``""`` if nothing."""
    if status == 422:
        return f"has seen another history: size {size} does not continue what it cosigned at size {old}"
    if seen is not None and seen > size:
        return f"has seen a longer history: it cosigned size {seen}, this is size {size}"
    if seen is not None and seen == old == size:
        return f"has seen another history: another root at size {size}"
    return ""
