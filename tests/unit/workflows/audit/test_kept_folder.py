"""The auditor's folder that the console keeps: the newest whole one, given away as it is."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import NotFound
from evenhand.store.network import read_network
from evenhand.workflows.audit.folder_export import export_folder
from evenhand.workflows.audit.kept_folder import kept_folder, place_for, zipped
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.queries.kept_audits import FindingCase, case_at
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, TOOLS, MadeNetwork, full_network, quiet


def test_the_newest_folder_is_kept_and_older_ones_go(begun: MadeNetwork, tmp_path: Path) -> None:
    """Each holds personal data: one is enough, and one that is being made is none yet."""
    network = read_network(begun.copy(tmp_path / "network").folder)
    assert kept_folder(network) is None
    places = []
    for _ in range(2):
        places.append(place_for(network))
        export_folder(network, places[-1], since=None, until=None, reveal=(), made_by="test", progress=quiet)
    place_for(network).with_suffix(".tmp").mkdir()

    found = kept_folder(network)

    assert found is not None
    assert found.path == places[1]
    assert found.manifest.kinds["decision"] > 0
    assert [each.name for each in found.path.parent.iterdir() if each.name.isdecimal()] == [places[1].name]


def test_a_folder_is_packed_whole_and_bit_by_bit(tmp_path: Path) -> None:
    """It may be larger than the memory of a server."""
    (tmp_path / "folder" / "log").mkdir(parents=True)
    (tmp_path / "folder" / "a.json").write_bytes(b"{}")
    (tmp_path / "folder" / "log" / "large").write_bytes(bytes(range(256)) * 20_000)

    parts = list(zipped(tmp_path / "folder", "audit-0-9"))

    assert len(parts) > 5
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["audit-0-9/a.json", "audit-0-9/log/large"]
        assert archive.read("audit-0-9/log/large") == bytes(range(256)) * 20_000


def test_a_finding_leads_to_who_was_decided_or_judged(tmp_path: Path) -> None:
    """A leaf that is neither, or was erased, leads to nobody, and the page says so."""
    made = full_network(tmp_path / "network")
    made.run(DAY_1)
    word = StatedJudgement("namesake", "s-mills", "same", "B. Bo", "compared the registers")
    pair = judge(made.network, word, DAY_1 + timedelta(minutes=1), TOOLS)
    with read_ledger(made.network.ledger) as ledger:
        decided = next(seq for seq, kind in ledger.places_of(("decision",)))
        other = next(seq for seq, kind in ledger.places_of(("list_version",)))

        assert case_at(ledger, pair.seq) == FindingCase("advertiser", "namesake", judged_by="B. Bo")
        found = case_at(ledger, decided)
        assert found.decision.startswith("d-")
        assert found.rules
        with pytest.raises(NotFound, match="no decision or judgement at this leaf"):
            case_at(ledger, other)
