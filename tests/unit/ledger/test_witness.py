"""Witnesses that cosign, refuse, lie, are late or lost their memory; the log goes on and says so."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from evenhand.ledger import Ledger, read_witness_policy
from evenhand.ledger.checkpoint import open_checkpoint
from evenhand.ledger.encodings import read_hash, to_base64
from evenhand.ledger.proofs import is_consistent
from evenhand.ledger.protocols import HttpResponse
from evenhand.ledger.signed_notes import DASH, parse_note
from evenhand.ledger.tree import Tree
from evenhand.ledger.witness import MOST_WITNESSES, Witnesses
from evenhand.ledger.witness_policy import NOBODY, WitnessPolicy
from evenhand.model.errors import BadInput, HistoryConflict, NotVerified, StorageFailed
from evenhand.model.log import Checkpoint, WitnessReply
from evenhand.model.verifier_key import COSIGNATURE, VerifierKey
from evenhand.store.keys import SigningKey
from evenhand.store.public_files import PublicFiles
from evenhand.store.sqlite import SqliteTables
from evenhand.workflows.operations.ledgers import verify_folder
from tests.unit.ledger.making import AT, KEY, VERIFIER, Watched, draw, new_folder, records
from tests.unit.ledger.test_receipt import WITNESSES, witness_vkey

Says = Callable[[bytes], HttpResponse]


class Witness:
    """A witness that keeps to the protocol (C2SP tlog-witness), and remembers what it was asked."""

    def __init__(self, number: int = 0) -> None:
        self.key = WITNESSES[number]
        self.size, self.root = 0, b""
        self.asked: list[bytes] = []

    def __call__(self, body: bytes) -> HttpResponse:
        self.asked.append(body)
        claim, _, note = body.partition(b"\n\n")
        old, *proof = claim.decode().split("\n")
        head = open_checkpoint(note, [log_key()], VERIFIER)
        if old != f"old {self.size}":
            return HttpResponse(409, "text/x.tlog.size", f"{self.size}\n".encode())
        if self.size == head.size and self.root != head.root:
            return HttpResponse(409, "text/x.tlog.size", f"{self.size}\n".encode())
        hashes = [read_hash(line) for line in proof]
        if self.size and not is_consistent(self.size, head.size, hashes, self.root, head.root):
            return HttpResponse(422, "text/plain", b"")
        self.size, self.root = head.size, head.root
        return HttpResponse(200, "text/plain", self.line(head.note).encode())

    def line(self, note: str, at: int = 1_760_000_000) -> str:
        """Return a cosignature of a note's text."""
        value = at.to_bytes(8) + self.key.sign(f"cosignature/v1\ntime {at}\n{parse_note(note.encode())[0]}".encode())
        return f"{DASH}{self.key.name} {to_base64(self.witness_key.id + value)}\n"

    @property
    def witness_key(self) -> VerifierKey:
        return VerifierKey(name=self.key.name, kind=COSIGNATURE, public=public_half(self.key))


def public_half(key: SigningKey) -> bytes:
    return key._private.public_key().public_bytes_raw()


def log_key() -> VerifierKey:
    return VerifierKey(name=KEY.name, kind=0x01, public=public_half(KEY))


def policy(count: int, quorum: str = "all") -> WitnessPolicy:
    lines = [f"log {KEY.vkey}"]
    lines += [f"witness W{n} {witness_vkey(key)} https://{key.name}/" for n, key in enumerate(WITNESSES[:count])]
    if quorum == NOBODY:
        return read_witness_policy("\n".join([*lines, "quorum none"]).encode())
    lines += [f"group G {quorum} {' '.join(f'W{n}' for n in range(count))}", "quorum G"]
    return read_witness_policy("\n".join(lines).encode())


def asking(*says: Says, deadline_s: float = 20, quorum: str = "all") -> Witnesses:
    """Return witnesses of which the n-th says what `says[n]` says; without quorum no refusal stops the log."""
    by_name = {f"https://{WITNESSES[n].name}/add-checkpoint": each for n, each in enumerate(says)}

    def ask(url: str, body: bytes, timeout_s: float) -> HttpResponse:
        assert timeout_s == deadline_s
        return by_name[url](body)

    return Witnesses(policy(len(says), quorum), ask, VERIFIER, deadline_s)


@contextmanager
def opened(folder: Path, witnesses: Witnesses, watch: Callable[[str], object] = str) -> Iterator[Ledger]:
    with closing(SqliteTables(folder / "private" / "ledger.sqlite")) as tables:
        files: Any = Watched(PublicFiles(folder / "public"), watch)
        yield Ledger(tables, files, KEY, draw, witnesses)


def publish(folder: Path, witnesses: Witnesses, more: int = 3) -> tuple[Checkpoint, list[WitnessReply]]:
    """Return the head over `more` new entries and what came of each witness."""
    with opened(folder, witnesses) as ledger:
        ledger.append(records(more, ledger.size), AT)
        return ledger.publish(AT), ledger.replies


def cosigners(head: Checkpoint) -> list[str]:
    return [signature.name for signature in parse_note(head.note.encode())[1][1:]]


def test_cosignatures_stand_below_the_head_and_make_the_quorum(tmp_path: Path) -> None:
    """Anyone who holds a receipt checks them offline; the next head is asked for with a proof of growth."""
    folder, witnesses = new_folder(tmp_path / "l"), [Witness(0), Witness(1), Witness(2)]

    for size in (3, 6):
        head, replies = publish(folder, asking(*witnesses))
        assert policy(3).open(head.note.encode(), VERIFIER).size == size
        assert [each.witness for each in replies] == [each.witness_key.label for each in witnesses]
        assert (folder / "public/checkpoint").read_text(encoding="utf-8") == head.note

    assert [body.partition(b"\n")[0] for body in witnesses[0].asked] == [b"old 0", b"old 3"]
    assert verify_folder(folder).ok


def test_a_witness_that_saw_another_size_is_asked_once_more(tmp_path: Path) -> None:
    """It cosigned a head whose answer never came, or it lost its memory; the second proof fits."""
    folder, witness = new_folder(tmp_path / "l"), Witness()
    publish(folder, asking(witness))
    tree = Tree(each.leaf_hash for each in entries(folder))
    for size in (0, 2):
        witness.size, witness.root = size, tree.root_of(size)
        witness.asked.clear()

        head, _ = publish(folder, asking(witness))

        assert cosigners(head) == [witness.key.name]
        assert [body.partition(b"\n")[0] for body in witness.asked[1:]] == [f"old {size}".encode()]


def entries(folder: Path) -> Sequence[Any]:
    with closing(SqliteTables(folder / "private" / "ledger.sqlite")) as tables:
        return list(tables.entries())


def conflict(size: object, kind: str = "text/x.tlog.size") -> HttpResponse:
    return HttpResponse(409, kind, f"{size}\n".encode())


@pytest.mark.parametrize(
    ("answers", "says", "alarm"),
    [
        ([HttpResponse(422, "text/plain", b"")], "has seen another history: size 3", True),
        ([conflict(9)], "has seen a longer history: it cosigned size 9, this is size 3", True),
        ([conflict(3), conflict(3)], "another root at size 3", True),
        ([conflict(2), conflict(1)], "answered 409", False),
        ([conflict(2), HttpResponse(422, "text/plain", b"")], "at size 2", True),
        ([conflict(0)], "answered 409", False),
        ([conflict("many")], "answered 409", False),
        ([conflict("03")], "answered 409", False),
        ([conflict(2, "text/plain")], "answered 409", False),
        ([HttpResponse(404, "text/plain", b"")], "does not know this log's origin", False),
        ([HttpResponse(403, "text/plain", b"")], "does not know this log's key", False),
        ([HttpResponse(400, "text/plain", b"")], "malformed", False),
        ([HttpResponse(302, "text/plain", b"")], "answered 302", False),
        ([HttpResponse(200, "text/plain", b"")], "no cosignature that holds", False),
        ([HttpResponse(200, "text/plain", b"\xff\n\n\r\n")], "no cosignature that holds", False),
    ],
)
def test_a_refusal_is_said_and_the_head_published_without(
    tmp_path: Path, answers: list[HttpResponse], says: str, alarm: bool
) -> None:
    """Only the three that mean another history are an alarm, and none is asked more than twice."""
    left = list(answers)

    head, (reply,) = publish(new_folder(tmp_path / "l"), asking(lambda _: left.pop(0), quorum=NOBODY))

    assert (cosigners(head), reply.line, reply.alarm, left) == ([], "", alarm, [])
    assert says in reply.problem


def test_only_lines_that_verify_are_published(tmp_path: Path) -> None:
    """A witness may add lines of keys that nobody here knows, and may lie under its own name."""
    folder, honest = new_folder(tmp_path / "l"), Witness()

    def says(body: bytes) -> HttpResponse:
        right = honest(body).body.decode()
        wrong = honest.line(body.decode().replace("\n3\n", "\n4\n").partition("\n\n")[2])
        other = Witness(1).line(body.decode().partition("\n\n")[2])
        return HttpResponse(200, "text/plain", f"{other}{wrong}\u2014 no line\n\n{right}{right}".encode())

    head, (reply,) = publish(folder, asking(says))

    assert cosigners(head) == [honest.key.name]
    assert head.note.endswith(reply.line)
    assert policy(1).open(head.note.encode(), VERIFIER) == head


def test_a_lie_under_the_name_of_a_witness_is_not_published(tmp_path: Path) -> None:
    """A bad line of a known key would make readers refuse the whole checkpoint."""
    folder, honest = new_folder(tmp_path / "l"), Witness()

    def says(body: bytes) -> HttpResponse:
        line = honest(body).body.decode()
        return HttpResponse(200, "text/plain", line.replace("AAAA", "AAAB").encode())

    head, (reply,) = publish(folder, asking(says))

    assert (cosigners(head), reply.alarm) == ([], False)
    assert reply.problem == "answered with no cosignature that holds"


def test_the_slow_and_the_dead_share_one_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that waits for its witnesses one by one stops with the first that hangs."""
    folder, honest, never = new_folder(tmp_path / "l"), Witness(), threading.Event()
    monkeypatch.setattr("evenhand.ledger.witness.wait", wait_once_two_have_answered)

    def late(body: bytes) -> HttpResponse:
        never.wait()
        return HttpResponse(200, "text/plain", b"")

    def dead(body: bytes) -> HttpResponse:
        raise OSError("no route")

    try:
        head, replies = publish(folder, asking(honest, late, dead, deadline_s=0.3))
    finally:
        never.set()

    assert cosigners(head) == [honest.key.name]
    assert [each.problem for each in replies] == ["", "no answer within 0.3 s", "no answer (no route)"]
    with pytest.raises(NotVerified, match="not enough witnesses"):
        policy(3).open(head.note.encode(), VERIFIER)
    assert policy(3, quorum="any").open(head.note.encode(), VERIFIER) == head


def wait_once_two_have_answered(begun: Collection[Future[WitnessReply]], timeout: float) -> object:
    """Wait as the log does, but begin with it when all but one have answered, however long this machine takes."""
    until = time.monotonic() + 60
    while sum(each.done() for each in begun) < len(begun) - 1 and time.monotonic() < until:
        time.sleep(0.001)
    return wait(begun, timeout=timeout)


def test_a_head_gets_later_the_lines_it_lacks(tmp_path: Path) -> None:
    """Published again at the same size, it asks those only that did not cosign, and keeps the others' lines."""
    folder, first, second = new_folder(tmp_path / "l"), Witness(0), Witness(1)

    def busy(body: bytes) -> HttpResponse:
        return HttpResponse(503, "text/plain", b"")

    bare, _ = publish(folder, asking(first, busy))
    whole, _ = publish(folder, asking(first, second), more=0)
    again, _ = publish(folder, asking(first, second), more=0)

    assert cosigners(bare) == [first.key.name]
    assert cosigners(whole) == [first.key.name, second.key.name]
    assert again == whole
    assert (len(first.asked), len(second.asked)) == (1, 1)
    assert policy(2).open((folder / "public/checkpoint").read_bytes(), VERIFIER).size == 3


def test_an_empty_log_has_nothing_to_witness(tmp_path: Path) -> None:
    """The checkpoint of size 0 is the same for every history."""
    witness = Witness()

    head, replies = publish(new_folder(tmp_path / "l"), asking(witness), more=0)

    assert (head.size, replies, witness.asked) == (0, [], [])


def test_lines_that_a_dead_process_got_are_not_lost(tmp_path: Path) -> None:
    """Killed between the witnesses' answers and the checkpoint: the next one publishes the kept lines."""
    folder, witness = new_folder(tmp_path / "l"), Witness()

    def die(name: str) -> None:
        if name == "before swap_checkpoint":
            raise OSError(5, "input/output error")

    with opened(folder, asking(witness), die) as ledger:
        ledger.append(records(3), AT)
        with pytest.raises(StorageFailed):
            ledger.publish(AT)
    head, _ = publish(folder, asking(witness), more=0)

    assert cosigners(head) == [witness.key.name]
    assert len(witness.asked) == 1


def test_a_split_view_gets_no_cosignature(tmp_path: Path) -> None:
    """The log's own key signs two histories; the witness that saw one refuses the other, whatever its size."""
    ours, witness = new_folder(tmp_path / "ours"), Witness()
    publish(ours, asking(witness), more=3)

    for size in (2, 3, 5):
        theirs = new_folder(tmp_path / f"theirs-{size}")
        with opened(theirs, asking(witness, quorum=NOBODY)) as ledger:
            ledger.append(records(size, 100), AT)
            head = ledger.publish(AT)
            (reply,) = ledger.replies

        assert reply.alarm
        assert "has seen" in reply.problem
        with pytest.raises(NotVerified, match="not enough witnesses"):
            policy(1).open(head.note.encode(), VERIFIER)
    assert witness.size == 3


@pytest.mark.parametrize(("quorum", "published"), [("all", False), ("2", False), ("1", True), (NOBODY, True)])
def test_a_quorum_that_has_seen_another_history_keeps_a_head_from_being_published(
    tmp_path: Path, quorum: str, published: bool
) -> None:
    """An older copy of the whole folder knows of no newer head; a single witness that lies must not stop the log."""
    folder = new_folder(tmp_path / "l", 2)
    before = (folder / "public/checkpoint").read_bytes()
    refusing = asking(lambda _: HttpResponse(422, "text/plain", b""), Witness(1), quorum=quorum)

    with opened(folder, refusing) as ledger:
        ledger.append(records(1, 2), AT)
        if published:
            assert ledger.publish(AT).size == 3
        else:
            with pytest.raises(HistoryConflict, match=r"the witnesses refuse this history.*nothing was published"):
                ledger.publish(AT)
        assert [each.alarm for each in ledger.replies] == [True, False]

    assert ((folder / "public/checkpoint").read_bytes() == before) is not published


def test_a_changed_line_of_a_witness_is_found(tmp_path: Path) -> None:
    """Also by a reader without policy, who cannot check the line itself: the tables hold what came."""
    folder, witness = new_folder(tmp_path / "l"), Witness()
    head, (reply,) = publish(folder, asking(witness))
    path = folder / "public/checkpoint"

    for text in (head.note[:-3] + "A=\n", head.note.replace(f"{DASH}{witness.key.name}", f"{DASH}x.example"),
                 head.note + reply.line.replace("w0.", "w9.")):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        assert [each.kind for each in verify_folder(folder).problems] != [], text
    path.write_text(head.note, encoding="utf-8")
    assert verify_folder(folder).ok


def test_a_fault_in_asking_is_raised_where_the_head_is_published() -> None:
    """A thread that dies unheard would look like a witness that is late."""
    head = Checkpoint(origin=KEY.name, size=5, root=bytes(32), note=f"{KEY.name}\n5\n{to_base64(bytes(32))}\n\n")

    def prove(old: int, new: int) -> Sequence[bytes]:
        raise IndexError("outside of a tree")

    witnesses = asking(Witness())
    with pytest.raises(IndexError, match="outside of a tree"):
        witnesses.cosign(head, {}, {Witness().witness_key.label: 9}, prove)


def test_more_witnesses_than_a_note_has_lines_are_refused() -> None:
    """Readers refuse a note of more than 100 signatures, the log itself first of all."""
    keys = [SigningKey(f"w{number}.example", number.to_bytes(32)) for number in range(MOST_WITNESSES + 1)]
    lines = [f"witness W{n} {witness_vkey(key)} https://w.example" for n, key in enumerate(keys)]
    many = read_witness_policy("\n".join([*lines, "quorum none"]).encode())

    with pytest.raises(BadInput, match="too many witnesses"):
        Witnesses(many, lambda *_: conflict(0), VERIFIER, 1)
    without_address = WitnessPolicy(witnesses=many.witnesses, quorum="none")
    assert not Witnesses(without_address, lambda *_: conflict(0), VERIFIER, 1)._members
