"""Witnesses at the command line: asked at each head, and what they refuse is said; nothing stops for them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands import DAY_2, ORIGIN, evenhand
from tests.publisher import Handler, Publisher, publishing, status
from tests.unit.ledger.making import KEY
from tests.unit.ledger.test_receipt import witness_vkey
from tests.unit.ledger.test_witness import Witness


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with publishing() as publisher:
        yield publisher


def keeping(witness: Witness) -> Callable[[Handler], None]:
    """Answer as a witness does."""

    def answer(handler: Handler) -> None:
        said = witness(handler.publisher.bodies[-1])
        handler.begin(said.status, {"Content-Length": len(said.body), "Content-Type": said.media_type})
        handler.wfile.write(said.body)

    return answer


@pytest.fixture
def folder(tmp_path: Path, publisher: Publisher) -> Path:
    """Return a ledger whose settings name a policy of one witness, at `/w` of the publisher."""
    (tmp_path / "key").write_bytes(KEY.to_file())
    assert evenhand("ledger", "init", tmp_path / "l", "--origin", KEY.name, "--key", tmp_path / "key").status == 0
    lines = [f"log {KEY.vkey}", f"witness W {witness_vkey(Witness().key)} {publisher.address}/w", "quorum W"]
    (tmp_path / "l/policy").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (tmp_path / "l/ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write('policy = "policy"\n')
    return tmp_path / "l"


def append(folder: Path, number: int) -> str:
    """Append one record and return what is said beside the answer."""
    (folder / "r").write_text(f'{{"payload":{{"n":{number}}}}}\n', encoding="utf-8")
    said = evenhand("ledger", "append", folder, folder / "r")
    assert (said.status, said.json["seq"]) == (0, number)
    return said.err


def test_each_verb_that_publishes_asks_and_says_what_was_refused(folder: Path, publisher: Publisher) -> None:
    """The head is published all the same; a reader who demands the quorum finds out."""
    witness = Witness()
    publisher.at("/w/add-checkpoint", keeping(witness))
    assert append(folder, 0) == ""
    assert evenhand("ledger", "verify", folder, "--policy", folder / "policy").status == 0

    publisher.at("/w/add-checkpoint", status(503))
    label = witness.witness_key.label
    assert append(folder, 1) == f"evenhand: witness {label}: answered 503\n"
    erased = evenhand("ledger", "erase", folder, "0", "--basis", "GDPR 17", "--by", "desk")
    assert (erased.status, erased.err) == (0, f"evenhand: witness {label}: answered 503\n")
    assert evenhand("ledger", "verify", folder).status == 0
    assert "not enough witnesses" in evenhand("ledger", "verify", folder, "--policy", folder / "policy").out

    publisher.at("/w/add-checkpoint", status(422))
    alarm = evenhand("ledger", "checkpoint", folder)
    assert (alarm.status, alarm.out) == (4, "")
    assert f"evenhand: witness {label}: ALARM, has seen another history" in alarm.err
    assert "nothing was published; put back the newest copy of the ledger" in alarm.err

    publisher.at("/w/add-checkpoint", keeping(witness))
    assert evenhand("ledger", "checkpoint", folder).json["cosignatures"] == 1
    assert evenhand("ledger", "verify", folder, "--policy", folder / "policy").status == 0


def test_a_run_asks_too(network: Path, publisher: Publisher) -> None:
    """Their decisions are what the witnesses are for; the run's own answer stays as it is."""
    witness = Witness()
    vkey = (network / "ledger/public/vkey").read_text(encoding="utf-8").strip()
    lines = [f"log {vkey}", f"witness W {witness_vkey(witness.key)} {publisher.address}/w", "quorum W"]
    (network / "ledger/policy").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (network / "ledger/ledger.toml").open("a", encoding="utf-8") as settings:
        settings.write('policy = "policy"\n')

    publisher.at("/w/add-checkpoint", status(503))
    change(network)
    ran = evenhand("run", network, "--at", DAY_2, "--json")
    assert (ran.status, ran.err) == (0, f"evenhand: witness {witness.witness_key.label}: answered 503\n")
    assert publisher.bodies[0].partition(b"\n\n")[2].startswith(f"{ORIGIN}\n".encode())
    assert evenhand("ledger", "verify", network).status == 0


def change(network: Path) -> None:
    """Change what a run has to decide."""
    with (network / "data/advertisers.csv").open("a", encoding="utf-8") as table:
        table.write("a9,Fig Bakery,fig.example\n")
