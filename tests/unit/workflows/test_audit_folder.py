"""An auditor's folder: what it shows, that a whole one verifies, and that whatever was done to it is found."""

import base64
import csv
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from evenhand.audit import audit_table, exact_test
from evenhand.ledger.public_log import read_public_leaves
from evenhand.ledger.standalone_verifier import is_hash, sealed_spots, value_hash
from evenhand.model.audit import AuditPlan, LedgerState
from evenhand.model.errors import BadInput
from evenhand.model.log import LogRecord
from evenhand.model.record import canonical, canonical_exact, sha256_hex
from evenhand.policy.schema import read_schema
from evenhand.store.public_files import PublicFiles
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.audit import (
    folder_files,
    standalone_decisions,
    standalone_folder,
    standalone_reveal,
    standalone_statistics,
)
from evenhand.workflows.audit.decision_table import read_tables
from evenhand.workflows.audit.folder_export import WITHHELD, export_folder
from evenhand.workflows.audit.folder_format import FolderManifest, sums
from evenhand.workflows.audit.folder_report import _write_table, describe_report, named_parties
from evenhand.workflows.audit.folder_statistics import is_same
from evenhand.workflows.audit.folder_texts import verifier_text
from evenhand.workflows.audit.folder_verification import FolderReport, verify_audit_folder
from evenhand.workflows.audit.shown_fields import protected_names
from evenhand.workflows.audit.standalone_decisions import list_hash
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from tests.commands import evenhand
from tests.networks import DAY_1, DAY_2, MadeNetwork, empty_network, quiet
from tests.unit.ledger.making import OTHER_KEY

Doctor = Callable[[Path], None]


def exported(made: MadeNetwork, out: Path, *reveal: str, **bounds: datetime) -> FolderManifest:
    since, until = bounds.get("since"), bounds.get("until")
    return export_folder(
        made.network, out, since=since, until=until, reveal=reveal, made_by="evenhand test", progress=quiet
    )


@pytest.fixture(scope="module")
def folder(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("auditor") / "folder"
    exported(begun, out)
    return out


def key_of(made: MadeNetwork) -> str:
    return (made.folder / "ledger" / "public" / "vkey").read_text("ascii").strip()


def checked(folder: Path, key: str) -> FolderReport:
    """Return what our verifier finds; the one-file verifier must find the same kinds of problems."""
    report = verify_audit_folder(folder, key, quiet)
    alone, _ = standalone_folder.check_folder(folder, key)
    ours = {each.kind for each in report.problems} - {"replay", "reads", "verifier"}
    assert ours == set(alone.kinds), alone.lines
    return report


def sum_again(folder: Path) -> None:
    (folder / "SHA256SUMS").write_text("".join(sums(folder)), "utf-8")


def lines(folder: Path, name: str = "decisions.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def write_lines(folder: Path, new: list[dict[str, Any]], name: str = "decisions.jsonl") -> None:
    (folder / name).write_bytes(b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in new))


def test_a_strangers_folder_verifies(begun: MadeNetwork, folder: Path) -> None:
    """Every decision of the log is in it, opens its commitment, and is ruled again as it was."""
    report = checked(folder, key_of(begun))

    assert report.ok, report.problems
    assert report.shown == report.compared == report.replayed == len(begun.decisions())
    assert (report.withheld, report.erased, report.not_replayed) == (0, 0, {})


def test_the_one_file_needs_nothing_of_ours(
    begun: MadeNetwork, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger copies it to a machine without Evenhand."""
    text = (folder / "verify.py").read_text("utf-8")
    names: dict[str, Any] = {"__name__": "verify"}
    exec(compile(text, "verify.py", "exec"), names)

    assert text == verifier_text()
    assert "\nimport evenhand" not in text
    assert "\nfrom evenhand" not in text
    assert names["main"](str(folder), key_of(begun)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "OK"
    assert names["main"](str(folder), OTHER_KEY.vkey) == 1
    assert names["main"](str(folder)) == 2


def test_it_shows_what_rules_read_and_protected_attributes_and_no_more(begun: MadeNetwork, folder: Path) -> None:
    """Neither the party nor its money nor a name can be read; outcome, rules and country can."""
    text = (folder / "decisions.jsonl").read_text("utf-8")
    shown = [line["payload"] for line in lines(folder)]
    attributes = shown[0]["facts"]["entities"][0]["attrs"]

    assert sorted(payload["outcome"] for payload in shown) == sorted(each.outcome for each in begun.decisions())
    assert isinstance(attributes["country"], str)
    assert isinstance(attributes["verification"], int)
    for name in ("spend_micros",):
        assert set(attributes[name]) == {"sealed"}
    for row in (*begun.tables["advertisers"], *begun.tables["payers"]):
        assert f'"{row["id"]}"' not in text
        assert f'"{row["name"]}"' not in text
    for name in ("findings", "plan", "keys", "party", "id", "case"):
        assert all(set(payload[name]) == {"sealed"} for payload in shown)


@pytest.mark.parametrize(
    ("really", "said"),
    [
        ((), ["Advertiser.spend_micros"]),
        ((), ["Advertiser.@id"]),
        ((), ["party"]),
        ((), ["all"]),
        (("Advertiser.spend_micros",), []),
        (("Campaign.content",), []),
        (("Advertiser.@id",), []),
        (("party", "grounds"), ["grounds"]),
    ],
)
def test_what_a_folder_says_it_shows_is_what_it_shows(
    begun: MadeNetwork, tmp_path: Path, really: tuple[str, ...], said: list[str]
) -> None:
    """Sums that fit do not make a false statement of `folder.json` a true one; both programs say so."""
    exported(begun, tmp_path / "out", *really)
    assert checked(tmp_path / "out", key_of(begun)).ok
    path = tmp_path / "out" / "folder.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"reveal": said}), "utf-8")
    sum_again(tmp_path / "out")

    report = checked(tmp_path / "out", key_of(begun))

    assert {each.kind for each in report.problems} == {"reveal"}


def test_fields_that_are_named_are_shown_too(begun: MadeNetwork, tmp_path: Path) -> None:
    """By Cedar's path for a fact, by its name for a field of the decision."""
    exported(begun, tmp_path / "out", "Advertiser.spend_micros", "party")
    shown = [line["payload"] for line in lines(tmp_path / "out")]

    assert checked(tmp_path / "out", key_of(begun)).ok
    assert {payload["party"]["id"] for payload in shown} == {each.party.id for each in begun.decisions()}
    assert isinstance(shown[0]["facts"]["entities"][0]["attrs"]["spend_micros"], int)
    assert set(shown[0]["plan"]) == {"sealed"}


def test_names_of_people_are_never_shown(begun: MadeNetwork, tmp_path: Path) -> None:
    """Findings and keys hold names; `all` leaves them closed, and asked for by name they are refused."""
    exported(begun, tmp_path / "out", "all")

    assert checked(tmp_path / "out", key_of(begun)).ok
    for line in lines(tmp_path / "out"):
        assert all(set(line["payload"][name]) == {"sealed"} for name in ("findings", "keys", "approved_by"))
    for name in ("findings", "keys", "approved_by"):
        with pytest.raises(BadInput, match="may hold names of natural persons"):
            exported(begun, tmp_path / "other", name)
    with pytest.raises(BadInput, match="no field of a decision"):
        exported(begun, tmp_path / "other", "Advertiser.nation")
    assert not (tmp_path / "other").exists()


def test_a_folder_is_never_written_over(begun: MadeNetwork, folder: Path) -> None:
    """It may be the only one of its day."""
    with pytest.raises(BadInput, match="is there already"):
        exported(begun, folder)


def test_a_range_that_ends_before_it_begins_is_refused(begun: MadeNetwork, tmp_path: Path) -> None:
    """An empty folder would look like a network without decisions."""
    with pytest.raises(BadInput, match="ends before it begins"):
        exported(begun, tmp_path / "out", since=DAY_1, until=DAY_1)


def test_a_range_without_a_decision_is_refused(begun: MadeNetwork, tmp_path: Path) -> None:
    """Its folder would verify, and show nothing."""
    with pytest.raises(BadInput, match=r"no decision to export `from 2027-01-01.* until the end`; expected a range"):
        exported(begun, tmp_path / "later", since=datetime(2027, 1, 1, tzinfo=UTC))

    assert not list(tmp_path.iterdir())


def test_a_range_has_the_leaves_between_its_bounds(begun: MadeNetwork, tmp_path: Path) -> None:
    """The rest of the log is there as leaves; a decision outside has no line."""
    size, shown = begun.size(), len(begun.decisions())
    made = begun.copy(tmp_path / "network")
    made.add("advertisers", id="new", name="Pear Garden", country="QN", domains="new.example")
    made.run(DAY_2)
    later = exported(made, tmp_path / "later", since=DAY_2)
    first = exported(made, tmp_path / "day", since=DAY_1, until=DAY_2)

    assert (later.start, later.end, later.shown) == (size, later.size, len(made.decisions()) - shown)
    assert (first.start, first.end, first.shown) == (0, size, shown)
    assert checked(tmp_path / "later", key_of(begun)).ok
    assert checked(tmp_path / "day", key_of(begun)).ok
    write_lines(tmp_path / "later", [*lines(tmp_path / "day")[:1], *lines(tmp_path / "later")])
    sum_again(tmp_path / "later")
    assert {each.kind for each in checked(tmp_path / "later", key_of(begun)).problems} == {"extra"}


def test_a_byte_changed_in_any_file_is_found(begun: MadeNetwork, folder: Path, tmp_path: Path) -> None:
    """One in the middle of each, and the first and the last of those that vouch for others."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    key, files = key_of(begun), [path for path in copy.rglob("*") if path.is_file()]
    for path in files:
        data = path.read_bytes()
        vouches = path.name in ("SHA256SUMS", "folder.json", "checkpoint")
        for at in {0, len(data) // 2, len(data) - 1} if vouches else {len(data) // 2}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert not verify_audit_folder(copy, key, quiet).ok, (path, at)
            assert standalone_folder.check_folder(copy, key)[0].lines, (path, at)
        path.write_bytes(data)
    assert len(files) > 9
    assert checked(copy, key).ok


def test_an_additional_file_and_a_missing_one_are_found(begun: MadeNetwork, folder: Path, tmp_path: Path) -> None:
    """Whoever reads the folder by hand would read it too."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "note.txt").write_text("read this first", "utf-8")
    (copy / "README.md").unlink()

    found = [str(each) for each in checked(copy, key_of(begun)).problems]

    assert found == [
        "README.md: is missing; expected the file that SHA256SUMS lists",
        "note.txt: is not listed; expected a line in SHA256SUMS",
        "note.txt: has no place in the folder; expected the files that docs/spec/audit-folder.md names",
    ]


def _leave_out(folder: Path) -> None:
    write_lines(folder, lines(folder)[1:])


def _tell_twice(folder: Path) -> None:
    write_lines(folder, [*lines(folder), lines(folder)[-1]])


def _change(**fields: Any) -> Doctor:
    def doctor(folder: Path) -> None:
        first, *rest = lines(folder)
        first["payload"] |= fields
        write_lines(folder, [first, *rest])

    return doctor


def _change_country(folder: Path) -> None:
    first, *rest = lines(folder)
    first["payload"]["facts"]["entities"][0]["attrs"]["country"] = "XX"
    write_lines(folder, [first, *rest])


def _swap_salts(folder: Path) -> None:
    first, second, *rest = lines(folder)
    first["salts"], second["salts"] = second["salts"], first["salts"]
    write_lines(folder, [first, second, *rest])


def _call_erased(folder: Path) -> None:
    first, *rest = lines(folder)
    write_lines(folder, [{"seq": first["seq"], "erased": first["seq"] + 1}, *rest])


def _withhold(folder: Path) -> None:
    first, *rest = lines(folder)
    write_lines(folder, [{"seq": first["seq"], "withheld": "we would rather not"}, *rest])


def _withhold_all(folder: Path) -> None:
    """Write what a network that has something to hide would: nothing here needs its key."""
    closed = [{"seq": line["seq"], "withheld": WITHHELD} for line in lines(folder)]
    write_lines(folder, closed)
    _manifest(shown=0, withheld=len(closed), reveal=[])(folder)


def _put(name: str, text: str) -> Doctor:
    def doctor(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    return doctor


def _mark(name: str) -> Doctor:
    def doctor(folder: Path) -> None:
        (folder / name).write_bytes(b"\xef\xbb\xbf" + (folder / name).read_bytes())

    return doctor


def _name_twice(name: str, key: str, value: str) -> Doctor:
    """Put another value of a key before the first one: our readers take the last, other programs the first."""

    def doctor(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert f'"{key}":' in text
        (folder / name).write_text(text.replace(f'"{key}":', f'"{key}":{value},"{key}":', 1), "utf-8")

    return doctor


def _manifest(**fields: Any) -> Doctor:
    def doctor(folder: Path) -> None:
        path = folder / "folder.json"
        path.write_bytes(msgspec.json.encode(json.loads(path.read_bytes()) | fields, order="sorted") + b"\n")

    return doctor


def _shorten_log(folder: Path) -> None:
    (bundle,) = (folder / "log/tile/entries").rglob("*.p/*")
    data = bundle.read_bytes()
    bundle.write_bytes(data[2 + int.from_bytes(data[:2]) :])


def _edit_rules(folder: Path) -> None:
    (path,) = folder.glob("rulebooks/*/house.cedar")
    path.write_text(path.read_text("utf-8").replace("5000", "9000"), "utf-8")


def _drop_lists(folder: Path) -> None:
    write_lines(folder, [each for each in lines(folder, "records.jsonl") if "entries" not in each["payload"]],
                "records.jsonl")  # fmt: skip


def _change_record(folder: Path) -> None:
    first, *rest = lines(folder, "records.jsonl")
    first["payload"]["entries"] += 1
    write_lines(folder, [first, *rest], "records.jsonl")


DOCTORED: dict[str, tuple[Doctor, set[str]]] = {
    "a decision left out": (_leave_out, {"missing", "manifest"}),
    "a decision told twice": (_tell_twice, {"extra"}),
    "an outcome changed": (_change(outcome="allow", reasons=[]), {"commitment"}),
    "a time changed": (_change(decided_at="2026-03-02T12:00:01Z"), {"commitment"}),
    "a country changed": (_change_country, {"commitment"}),
    "salts of another decision": (_swap_salts, {"commitment"}),
    "a decision called erased": (_call_erased, {"erased", "manifest"}),
    "a decision withheld": (_withhold, {"manifest", "withheld"}),
    "all decisions withheld": (_withhold_all, {"withheld"}),
    "another page for people": (_put("README.md", "All 3 decisions are right."), {"file"}),
    "an invented page": (_put("SUMMARY.md", "All is well."), {"file"}),
    "a module": (_put("json.py", ""), {"file"}),
    "a report that is none": (_put("report.json", "{}"), {"file"}),
    "a file beside the log": (_put("log/tile/7/000", ""), {"file"}),
    "a file beside the rules": (_put("rulebooks/README.md", ""), {"file", "rulebook"}),
    "a byte order mark before decisions": (_mark("decisions.jsonl"), {"line", "missing", "manifest"}),
    "a byte order mark before records": (_mark("records.jsonl"), {"line", "list"}),
    "a byte order mark before the statement": (_mark("folder.json"), {"unreadable"}),
    "a count told twice": (_name_twice("folder.json", "withheld", "7"), {"unreadable"}),
    "a country told twice": (_name_twice("decisions.jsonl", "country", '"QM"'), {"line", "missing", "manifest"}),
    "another country told twice": (_name_twice("decisions.jsonl", "country", '"QP"'), {"line", "missing", "manifest"}),
    "a record told twice": (_name_twice("records.jsonl", "entries", "1"), {"line", "list"}),
    "true for 1": (_manifest(folder=True), {"unreadable"}),
    "a count changed": (_manifest(shown=1), {"manifest"}),
    "a kind not counted": (_manifest(kinds={"decision": 1}), {"range"}),
    "a range cut short": (_manifest(end=3), {"range"}),
    "another size": (_manifest(size=3), {"manifest"}),
    "another root": (_manifest(root="AAAA"), {"manifest"}),
    "a field too many": (_manifest(note="x"), {"unreadable"}),
    "a rulebook not named": (_manifest(rulebooks={}), {"rulebook", "file"}),
    "a shortened log": (_shorten_log, {"log"}),
    "other rules": (_edit_rules, {"rulebook"}),
    "lists without a record": (_drop_lists, {"list"}),
    "a record changed": (_change_record, {"commitment", "list"}),
}


@pytest.mark.parametrize("name", DOCTORED)
def test_a_doctored_folder_is_found_by_both_verifiers(
    begun: MadeNetwork, folder: Path, tmp_path: Path, name: str
) -> None:
    """Its sums were made again, so that only what was signed can tell."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    doctor, kinds = DOCTORED[name]
    doctor(copy)
    sum_again(copy)

    assert {each.kind for each in checked(copy, key_of(begun)).problems} == kinds


def _link(folder: Path) -> None:
    (folder / "notes").symlink_to("/etc/passwd")


def _link_elsewhere(folder: Path) -> None:
    (folder / "records.jsonl").rename(folder.parent / "elsewhere.jsonl")
    (folder / "records.jsonl").symlink_to(folder.parent / "elsewhere.jsonl")


def _link_folder(folder: Path) -> None:
    (folder / "log").rename(folder.parent / "log")
    (folder / "log").symlink_to(folder.parent / "log")


def _pipe(folder: Path) -> None:
    (folder / "records.jsonl").unlink()
    os.mkfifo(folder / "records.jsonl")


@pytest.mark.parametrize("doctor", [_link, _link_elsewhere, _link_folder, _pipe])
def test_what_is_no_file_is_told_and_nothing_is_read(
    begun: MadeNetwork, folder: Path, tmp_path: Path, doctor: Doctor
) -> None:
    """A link shows what is not in the folder, and a pipe would be read for ever."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    doctor(copy)

    report = checked(copy, key_of(begun))

    assert [(each.kind, each.what) for each in report.problems] == [
        ("file", "is a link, a pipe or a device; nothing was read")
    ]


def test_facts_that_rules_read_must_be_shown(begun: MadeNetwork, folder: Path, tmp_path: Path) -> None:
    """Else two equals could not be known for such."""
    exported(begun, tmp_path / "whole", "all")
    kept, shown = lines(folder), lines(tmp_path / "whole")
    about = json.loads((tmp_path / "whole" / "folder.json").read_bytes())["rulebooks"]
    (rulebook,) = about
    about[rulebook]["reads"] = sorted([*about[rulebook]["reads"], "Advertiser.spend_micros"])
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    _manifest(rulebooks=about)(copy)
    sum_again(copy)

    problems = checked(copy, key_of(begun)).problems

    assert {each.kind for each in problems} == {"reads", "closed"}
    (said,) = [each for each in problems if each.kind == "reads"]
    assert (said.where, said.what, said.expected) == (
        "folder.json",
        f"of rulebook {rulebook}, attributes read: Advertiser.spend_micros too many",
        f"what the rules in rulebooks/{rulebook} read",
    )
    assert len(kept) == len(shown)


def test_another_key_verifies_nothing(folder: Path) -> None:
    """The key comes from the reader; the one in the folder is compared with it."""
    kinds = {each.kind for each in verify_audit_folder(folder, OTHER_KEY.vkey, quiet).problems}

    assert kinds == {"log"}
    with pytest.raises(BadInput, match="not a verifier key"):
        verify_audit_folder(folder, "no key", quiet)
    assert standalone_folder.check_folder(folder, OTHER_KEY.vkey)[0].lines
    assert standalone_folder.check_folder(folder, "no key")[0].lines


def test_what_was_mistyped_is_named(
    begun: MadeNetwork, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Key and folder come from the reader's hand."""
    key = key_of(begun)
    wrong = {"no key": "no key is no key; expected NAME", OTHER_KEY.vkey: "WRONG log: not signed by this key; expected"}
    for given_key, said in wrong.items():
        assert standalone_folder.main(str(folder), given_key) != 0
        assert said in capsys.readouterr().out
    assert standalone_folder.main(str(tmp_path / "none"), key) == 2
    assert "is no folder; expected one" in capsys.readouterr().out
    assert "the log's key: not a verifier key `no key`" in evenhand("audit", "verify", folder, "--vkey", "no key").err
    assert "no such folder" in evenhand("audit", "verify", tmp_path / "none", "--vkey", key).err


def test_a_ruling_that_its_rulebook_does_not_make_is_found(begun: MadeNetwork, tmp_path: Path) -> None:
    """The log of a liar holds together: its decisions open, and are not what Cedar makes of the facts shown."""
    made = begun.copy(tmp_path / "network")
    allowed = next(each for each in made.decisions() if each.outcome == "allow" and each.scope == "advertiser")
    lied = structs.replace(allowed, id="d-lie", outcome="refuse", decision="deny", reasons=("listed-party",))
    append(made, canonical(lied), like=allowed.id)
    exported(made, tmp_path / "out")

    report = checked(tmp_path / "out", key_of(made))

    assert {each.kind for each in report.problems} == {"outcome", "replay"}
    assert any("as Cedar rules the facts" in str(each) for each in report.problems)


def append(made: MadeNetwork, payload: bytes, like: str) -> None:
    """Append a decision with the rulebook and lists of another one."""
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        seq = ledger.seq_of(like)
        leaf = next(ledger.entries(start=seq or 0))[1]
        new = LogRecord(kind="decision", payload=payload, rulebook=leaf.rulebook, lists=leaf.lists)
        ledger.append([new], DAY_1)
        ledger.publish(DAY_1)


def close(line: dict[str, Any], *names: str) -> bool:
    """Close fields of a shown decision with their own salts, so that it still opens its leaf; tell whether one was."""
    salts, kept, at, payload = base64.b64decode(line["salts"]), [], 0, line["payload"]
    for path, holder, key in list(sealed_spots(payload)):
        if is_hash(holder[key]):
            continue
        salt, at = salts[at : at + 32], at + 32
        if path.split("/")[-1] in names:
            holder[key] = {"sealed": value_hash(path, salt, holder[key])}
        else:
            kept.append(salt)
    line["salts"] = base64.b64encode(b"".join(kept)).decode()
    return len(salts) > 32 * len(kept)


@pytest.mark.parametrize("country", ["DE", "IE"])
@pytest.mark.parametrize("names", [("country", "owner_countries"), ("languages",), ("at",)])
def test_no_decision_may_close_what_shows_who_was_treated_otherwise(
    begun: MadeNetwork, folder: Path, tmp_path: Path, country: str, names: tuple[str, ...]
) -> None:
    """All of one country were closed with their own salts, and both programs said that all was verified."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    shown = lines(copy)
    ours = [
        each for each in shown
        if any(entity["attrs"].get("country") == country for entity in each["payload"]["facts"]["entities"])
    ]  # fmt: skip
    assert 0 < len(ours) < len(shown)
    for each in ours:
        assert close(each, *names)
    write_lines(copy, shown)
    sum_again(copy)

    problems = [each for each in checked(copy, key_of(begun)).problems if each.kind != "replay"]

    assert [each.kind for each in problems] == ["closed"] * len(ours)
    assert all(f".{names[0]}" in each.what and "is not shown" in each.what for each in problems)


SCHEMAS = {
    "house": (shipped_rulebook("house") / "schema.cedarschema").read_text("utf-8"),
    "constructs": """
        namespace Ads { // @protected("in a comment") name: String,
          type Origin = { @protected("nationality") country: String, "city}": String };
          type Money = { @protected("spend") micros: Long };
          @doc("a } and an entity Other { in words")
          entity Payer, Agency = { where?: Origin, @protected("spend") @doc("x") paid: Long, plain: Set<String> };
          entity Kind enum ["@protected", "b"];
          entity Advertiser in [Payer] {
            money: Money, media?: { name: String, @protected("language") tongue: String }, @protected("x") "a-b": Bool
          } tags String;
          action buy appliesTo { principal: Advertiser, resource: Payer, context: { @protected("y") seen: Bool } };
        }
    """,
}


@pytest.mark.parametrize("text", SCHEMAS.values(), ids=SCHEMAS)
def test_the_text_of_a_schema_tells_the_protected_attributes_that_its_roles_do(text: str) -> None:
    """The one file has no Cedar, and must neither miss one nor ask for what is closed by right."""
    assert standalone_reveal.protected_facts(text) == protected_names(read_schema(text))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network whose first decision is of a version that committed to decisions as a whole."""
    same = empty_network(tmp_path_factory.mktemp("same") / "network")
    same.run(DAY_1)
    made, first = (
        empty_network(tmp_path_factory.mktemp("older") / "network"), structs.replace(same.decisions()[0], sealing=0)
    )  # fmt: skip
    new = LogRecord(
        kind="decision", payload=canonical(first).replace(b'"sealing":0,', b""), rulebook=first.inputs.rulebook,
        lists=list_hash(first.inputs.lists),
    )  # fmt: skip
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        ledger.append([new], DAY_1)
        ledger.publish(DAY_1)
    made.run(DAY_1)
    return made


def test_decisions_of_older_versions_are_withheld_or_shown_whole(
    older: MadeNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their commitment opens to all or nothing: the leaf is there in any case, and the last line says which it was."""
    id_, key = older.decisions()[0].id, key_of(older)
    exported(older, tmp_path / "closed")
    exported(older, tmp_path / "open", "all")

    closed, opened = (checked(tmp_path / name, key) for name in ("closed", "open"))

    assert closed.ok, closed.problems
    assert opened.ok, opened.problems
    assert (closed.withheld, opened.withheld) == (1, 0)
    assert id_ not in (tmp_path / "closed" / "decisions.jsonl").read_text("utf-8")
    assert id_ in (tmp_path / "open" / "decisions.jsonl").read_text("utf-8")
    assert standalone_folder.main(str(tmp_path / "closed"), key) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "OK, except 1 decision that is not shown"
    answer = evenhand("audit", "verify", tmp_path / "closed", "--vkey", key)
    assert answer.status == 0
    assert answer.out.startswith(f"{closed.origin}: verified, except 1 decision that is not shown; every other one of")


def test_what_was_erased_stays_erased(begun: MadeNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No salt and no value is left that could open one of its fields; the folder says by which leaf it went."""
    made = begun.copy(tmp_path / "network")
    gone = next(each for each in made.decisions() if each.scope == "advertiser")
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        seq = ledger.seq_of(gone.id)
    assert seq is not None
    erase(made.folder, [seq], basis="Art. 17", by="officer", at=DAY_1)
    exported(made, tmp_path / "out")

    report = checked(tmp_path / "out", key_of(made))

    assert report.ok, report.problems
    assert report.erased == 1
    assert standalone_folder.main(str(tmp_path / "out"), key_of(made)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "OK, except 1 decision that is not shown"
    assert next(line for line in lines(tmp_path / "out") if line["seq"] == seq).keys() == {"seq", "erased"}


NAMED = """
@id("named-one")
@title("One advertiser by name")
@why("A rule that names an advertiser by its id.")
@verdict("refuse")
@ground("contract")
@notice_days("0")
@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")
@effective_from("2026-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action in [Action::"buy", Action::"serve"], resource)
when { principal == Advertiser::"%s" };
"""


@pytest.fixture(scope="module")
def naming(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run again by a rulebook which names an advertiser that was allowed; neither was released."""
    made = begun.copy(tmp_path_factory.mktemp("naming") / "network")
    made.begin_again()
    made.settings["rulebook"]["historic"] = True
    made.run(DAY_1)
    record_audit(made)
    allowed = next(each for each in made.decisions() if each.outcome == "allow" and each.scope == "advertiser")
    made.edit_rules(lambda text: text + NAMED % allowed.party.id, historic=True)
    made.run(DAY_2)
    return made


@pytest.mark.parametrize("reveal", [(), ("Advertiser.@id",)])
def test_an_id_that_a_rule_reads_is_closed_unless_it_is_asked_for(
    naming: MadeNetwork, tmp_path: Path, reveal: tuple[str, ...]
) -> None:
    """Closed, its decisions are compared and not ruled again, and the refusal by name is not odd."""
    exported(naming, tmp_path / "out", *reveal)

    report = checked(tmp_path / "out", key_of(naming))

    assert report.ok, report.problems
    assert report.compared == report.shown
    assert any("named-one" in line["payload"]["reasons"] for line in lines(tmp_path / "out"))
    closed = report.not_replayed.get("a rule reads the id, which is closed", 0)
    assert (closed > 0) == (not reveal)
    assert report.replayed == report.shown - closed
    text = (tmp_path / "out" / "decisions.jsonl").read_text("utf-8")
    assert any(f'"{row["id"]}"' in text for row in naming.tables["advertisers"]) == bool(reveal)


def test_other_rules_for_equals_are_found_where_ids_are_closed(naming: MadeNetwork, tmp_path: Path) -> None:
    """Only a rule that reads the id may tell them apart."""
    made = naming.copy(tmp_path / "network")
    allowed = next(
        each for each in reversed(made.decisions()) if each.outcome == "allow" and each.scope == "advertiser"
    )
    lied = structs.replace(allowed, id="d-lie", outcome="refuse", decision="deny", reasons=("listed-party",))
    append(made, canonical(lied), like=allowed.id)
    exported(made, tmp_path / "out")

    assert {each.kind for each in checked(tmp_path / "out", key_of(made)).problems} >= {"outcome"}


def test_both_programs_say_how_many_equals_a_rule_by_name_sets_apart(naming: MadeNetwork, tmp_path: Path) -> None:
    """What a rule that names a party decided is odd beside nobody: that nothing differs says nothing of it."""
    exported(naming, tmp_path / "out")
    honest = checked(tmp_path / "out", key_of(naming))
    by_name = sum("named-one" in line["payload"]["reasons"] for line in lines(tmp_path / "out"))
    said = evenhand("audit", "verify", tmp_path / "out", "--vkey", key_of(naming)).lines
    _, alone = standalone_folder.check_folder(tmp_path / "out", key_of(naming))
    sentence = f"{by_name} decision{'s' * (by_name != 1)} by a rule that names a party, not compared with "

    assert honest.named == by_name > 0
    assert any(each.startswith(f"{sentence}{honest.named_equals} equal") for each in said)
    assert any(each.startswith(f"{sentence}{honest.named_equals} equal") for each in alone)


def test_an_id_among_the_facts_of_a_table_has_a_number(tmp_path: Path) -> None:
    """It sorts as the id does, so that tests which draw at random come out again."""
    cells = {"advertiser": ["p2", "p1", "p2"], "Advertiser.@id": ["y", "x", None], "kind": ["shop", None, "bank"]}
    _write_table(tmp_path / "table.csv", cells, {"Advertiser.@id"})

    assert (tmp_path / "table.csv").read_text("utf-8") == (
        "advertiser,Advertiser.@id,kind\na1,i2,shop\na2,i1,\na1,,bank\n"
    )


def test_the_writer_is_told_whom_the_report_names_and_which_rows_are_of_other_times(
    naming: MadeNetwork, tmp_path: Path
) -> None:
    """Both leave the house with the folder, whatever its range; rows that were not checked are said at the end."""
    manifest = exported(naming, tmp_path / "out", since=DAY_2)
    report = json.loads((tmp_path / "out" / "report.json").read_bytes())
    ids = {row["id"] for row in naming.tables["advertisers"]} & named_parties(report)

    sentences = describe_report(tmp_path / "out", manifest)

    assert sentences[0] == f"The report names {len(ids)} advertisers by their id."
    assert sentences[1].endswith(f": {report['rows']}.")
    answer = evenhand("audit", "verify", tmp_path / "out", "--vkey", key_of(naming))
    assert "come out again" not in answer.out
    assert f"{checked(tmp_path / 'out', key_of(naming)).rows_not_held} rows that were not checked" in answer.out
    _, said = standalone_folder.check_folder(tmp_path / "out", key_of(naming))
    assert any("rows were not checked" in each for each in said)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a value of JSON, the outermost first."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


MEMBERS: dict[str, Any] = {
    "note": "an outcome was allow", "salts2": "", "erased": 2, "withheld": "x", "payload": {}, "salt": "",
}  # fmt: skip
"""Members that no line has, and such as other lines have."""


def _with_a_member_more(data: bytes) -> Iterator[bytes]:
    """Yield a file of JSON with one member more in the first object of it, or in one of the four inside of that."""
    first, end, rest = data.partition(b"\n{")
    for place in range(min(5, len(list(_objects(json.loads(first)))))):
        for name, value in MEMBERS.items() if end and place == 0 else {"note": 1}.items():
            whole = json.loads(first)
            found = list(_objects(whole))[place]
            if name not in found:
                found[name] = value
                yield msgspec.json.encode(whole, order="sorted") + (end or b"\n") + rest


@pytest.mark.parametrize("name", ["folder.json", "decisions.jsonl", "records.jsonl", "report.json"])
def test_both_verifiers_refuse_a_member_more_in_every_object(
    audited: MadeNetwork, with_report: Path, tmp_path: Path, name: str
) -> None:
    """One that nobody knows, or that contradicts the others: who reads the file by hand would believe it."""
    copy, key = Path(shutil.copytree(with_report, tmp_path / "copy")), key_of(audited)
    changed = list(_with_a_member_more((copy / name).read_bytes()))
    for data in changed:
        (copy / name).write_bytes(data)
        sum_again(copy)
        assert not verify_audit_folder(copy, key, quiet).ok, data
        assert standalone_folder.check_folder(copy, key)[0].lines, data
    assert len(changed) > 2


@pytest.mark.parametrize(
    "fields",
    [
        {"seq": 0},
        {"erased": None},
        {"erased": 1.5},
        {"withheld": ""},
        {"withheld": None},
        {"payload": None, "salt": ""},
    ],
    ids=str,
)
def test_both_verifiers_refuse_a_line_that_is_no_whole_form(
    begun: MadeNetwork, folder: Path, tmp_path: Path, fields: dict[str, Any]
) -> None:
    """Neither nothing nor an empty reason says why a decision is not shown."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    first, *rest = lines(copy)
    write_lines(copy, [{"seq": first["seq"]} | fields, *rest])
    sum_again(copy)

    assert {each.kind for each in checked(copy, key_of(begun)).problems} == {"line", "missing", "manifest"}


@pytest.mark.parametrize(
    "change",
    [{"reads": {"Advertiser.country": 1}}, {"turns": "2026-01-01"}, {"clock_rules": [1]}, {"id_rules": None}],
    ids=str,
)
def test_both_verifiers_refuse_what_rules_read_in_another_form(
    begun: MadeNetwork, folder: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    """To Python the keys of an object, or the letters of a word, could be a list of names."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    manifest = json.loads((copy / "folder.json").read_bytes())
    _manifest(rulebooks={name: each | change for name, each in manifest["rulebooks"].items()})(copy)
    sum_again(copy)

    assert {each.kind for each in checked(copy, key_of(begun)).problems} == {"unreadable"}


def test_words_at_the_end_of_the_sums_are_found(begun: MadeNetwork, folder: Path, tmp_path: Path) -> None:
    """Without a line end after them, too."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    with (copy / "SHA256SUMS").open("a") as file:
        file.write("all of this was checked")

    assert {each.kind for each in checked(copy, key_of(begun)).problems} == {"sums"}


def test_a_leaf_has_its_members_and_no_other() -> None:
    """The network signs its leaves: what else one says would have its signature too."""
    leaf = {"at": "2026-03-02T12:00Z", "c": "0", "kind": "decision", "lists": "", "rulebook": "", "seq": 0, "v": 1}

    assert standalone_decisions._leaf(canonical(leaf), 0) == leaf
    for other in (leaf | {"note": 1}, leaf | {"v": 2}):
        with pytest.raises(ValueError, match="leaf 0"):
            standalone_decisions._leaf(canonical(other), 0)


@settings(max_examples=8)
@given(name=st.sampled_from(["decisions.jsonl", "records.jsonl", "folder.json"]), data=st.data())
def test_whatever_stands_in_a_file_both_verifiers_answer(
    begun: MadeNetwork, folder: Path, name: str, data: st.DataObject
) -> None:
    """A changed byte, a cut or words of our own: an answer, never a traceback."""
    path = folder / name
    before, sums_before = path.read_bytes(), (folder / "SHA256SUMS").read_bytes()
    at = data.draw(st.integers(0, min(len(before), 6_000) - 1))
    put = data.draw(st.sampled_from([b"", b"0", b'"', b"[", b"null", b'{"sealed":1}', b"1e999", b"\xff", b"\n", b"-"]))
    try:
        path.write_bytes(before[:at] + put + before[at + len(put) :])
        sum_again(folder)
        ours = verify_audit_folder(folder, key_of(begun), quiet)
        alone, _ = standalone_folder.check_folder(folder, key_of(begun))
        assert ours.ok == (not alone.lines)
        assert ours.ok == (path.read_bytes() == before) or name == "folder.json"
    finally:
        path.write_bytes(before)
        (folder / "SHA256SUMS").write_bytes(sums_before)


@pytest.fixture(scope="module")
def audited(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network whose ledger records the report of an audit."""
    made = begun.copy(tmp_path_factory.mktemp("audited") / "network")
    record_audit(made)
    return made


def record_audit(made: MadeNetwork) -> None:
    """Audit a network and record the report."""
    with read_ledger(made.folder / "ledger") as ledger:
        facts = ("Advertiser.verification",)  # of all that rules read, so that equals had different outcomes
        state = LedgerState(origin=ledger.origin, size=ledger.size, root="")
        plan = AuditPlan(
            plan=1, advertiser="advertiser", seq="seq", outcome="outcome", adverse=("refuse", "hold", "limit", "label"),
            favourable=("allow",), facts=facts, rulebook="rulebook", groups=("country", "kind", "size"),
            flags_before="flags_before", spend="spend", erased="erased", ledger=state,
        )  # fmt: skip
        columns = read_tables(ledger, ledger.size, Rulebooks(made.network), facts, quiet).columns
    report = msgspec.json.format(msgspec.json.encode(audit_table(columns, plan)), indent=1)
    (made.folder / "out" / "audit").mkdir(parents=True)
    (made.folder / "out" / "audit" / "report.json").write_bytes(report)
    record(made, plan, sha256_hex(report))


def record(made: MadeNetwork, plan: AuditPlan, sha256: str) -> None:
    """Write a plan and a report to the log."""
    with open_ledger(made.folder / "ledger", draw=bytes) as ledger:
        first = LogRecord(kind="audit_plan", payload=canonical_exact(msgspec.to_builtins(plan)))
        (planned,) = ledger.append([first], DAY_1)
        payload = canonical({"plan": planned.seq, "report_sha256": sha256, "v": 1})
        ledger.append([LogRecord(kind="audit_report", payload=payload)], DAY_1)
        ledger.publish(DAY_1)


@pytest.fixture(scope="module")
def with_report(audited: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("auditor") / "folder"
    exported(audited, out, "Advertiser.spend_micros")
    return out


def test_the_figures_of_a_report_come_out_again(audited: MadeNetwork, with_report: Path) -> None:
    """From the table in the folder, whose rows are held against the decisions."""
    report = checked(with_report, key_of(audited))

    assert report.ok, report.problems
    assert report.report is not None
    assert report.not_computed == ()
    problems, said = standalone_folder.check_folder(with_report, key_of(audited))
    assert not problems.lines
    assert any("tests of groups computed again" in sentence for sentence in said)


def test_without_money_its_test_is_said_not_to_be_computed(audited: MadeNetwork, tmp_path: Path) -> None:
    """The rest of the figures does not depend on it."""
    exported(audited, tmp_path / "out")

    report = checked(tmp_path / "out", key_of(audited))

    assert report.ok, report.problems
    assert report.not_computed == ("spend is not shown: its test is not computed again",)
    assert "spend" not in (tmp_path / "out" / "table.csv").read_text("utf-8").splitlines()[0].split(",")
    with (tmp_path / "out" / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["advertiser"] for row in rows[:2]] == ["a1", "a2"]
    assert {row["id"] for row in audited.tables["advertisers"]}.isdisjoint(row["advertiser"] for row in rows)


def _edit_report(**fields: Any) -> Doctor:
    def doctor(folder: Path) -> None:
        report = json.loads((folder / "report.json").read_bytes())
        (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report | fields), indent=1))

    return doctor


def _edit_table(folder: Path) -> None:
    path = folder / "table.csv"
    heading, *rows = path.read_text("utf-8").splitlines()
    at = heading.split(",").index("outcome")
    cells = rows[0].split(",")
    cells[at] = "refuse" if cells[at] == "allow" else "allow"
    path.write_text("\n".join([heading, ",".join(cells), *rows[1:]]) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("doctor", "expected"), [(_edit_report(strata=99), {"report"}), (_edit_table, {"table", "report"})]
)
def test_a_doctored_report_or_table_is_found(
    audited: MadeNetwork, with_report: Path, tmp_path: Path, doctor: Doctor, expected: set[str]
) -> None:
    """The report has its hash in the log; the table must fit decisions and report."""
    copy = Path(shutil.copytree(with_report, tmp_path / "copy"))
    doctor(copy)
    sum_again(copy)

    report = checked(copy, key_of(audited))

    assert {each.kind for each in report.problems} == expected
    assert len(report.problems) <= 2


CHANGED_CELLS = {
    "seq": "0", "outcome": "label", "rules": "made-up-rule", "rulebook": "0" * 12, "lists": "sha256:00",
    "decided_at": "2026-03-01T12:00:00Z", "spend": "7.5", "size": "1 to 9", "kind": "news outlet",
    "age": "5 years or more", "erased": "true", "country": "QZ", "languages": "qq",
    "third_country_controlled": "true", "union_established": "false", "Advertiser.union_established": "false",
    "Advertiser.third_country_controlled": "true", "context.political": "true", "facts_fit": "false",
}  # fmt: skip
"""What each column is changed to that leaf and decision hold without a rulebook at hand."""


@pytest.fixture(scope="module")
def whole_report(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a network with a report by the plan that Evenhand makes."""
    made = begun.copy(tmp_path_factory.mktemp("whole") / "network")
    at = f"{DAY_1:%Y-%m-%dT%H:%M:%SZ}"
    for verb in ("plan", "run"):
        assert evenhand("audit", verb, made.folder, "--at", at).status == 0
    out = made.folder.parent / "folder"
    exported(made, out, "Advertiser.spend_micros")
    assert checked(out, key_of(made)).ok
    return out


def test_every_cell_that_a_decision_does_not_show_is_found(
    begun: MadeNetwork, whole_report: Path, tmp_path: Path
) -> None:
    """Every column that decisions hold is compared, also one of which no figure of the report is made."""
    names = [*CHANGED_CELLS, "law", "Advertiser.@parents", "Advertiser.verification"]
    with (whole_report / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for first in range(0, len(names), len(rows)):  # of each row one cell, so that no finding hides another
        copy = Path(shutil.copytree(whole_report, tmp_path / f"copy-{first}"))
        doctored = [dict(row) for row in rows]
        starts = {}
        for place, name in enumerate(names[first : first + len(rows)]):
            doctored[place][name] = CHANGED_CELLS.get(name, "made up")
            starts[name] = f"table.csv:{place + 2}: {name} is {doctored[place][name]}; expected"
        with (copy / "table.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(doctored)
        sum_again(copy)

        found = [str(each) for each in verify_audit_folder(copy, key_of(begun), quiet).problems]
        alone, _ = standalone_folder.check_folder(copy, key_of(begun))

        for name, start in starts.items():
            assert any(each.startswith(start) for each in found), (name, found)
            assert any(each.startswith(start) for each in alone.lines) or name not in CHANGED_CELLS, alone.lines


def test_both_programs_say_how_many_cells_they_compared_with_nothing(begun: MadeNetwork, whole_report: Path) -> None:
    """No decision holds the number of a party or a case; what is closed of the facts would be counted too."""
    report = checked(whole_report, key_of(begun))
    with (whole_report / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = evenhand("audit", "verify", whole_report, "--vkey", key_of(begun)).lines
    _, alone = standalone_folder.check_folder(whole_report, key_of(begun))

    assert report.cells == len(rows) * len(rows[0])
    assert {name: report.cells_not_compared[name] for name in ("advertiser", "case", "opened_at")} == dict.fromkeys(
        ("advertiser", "case", "opened_at"), len(rows)
    )
    assert not {"outcome", "country", "rules", "decided_at"} & report.cells_not_compared.keys()
    total = sum(report.cells_not_compared.values())
    (ours,) = [each for each in said if " compared with nothing: " in each]
    (theirs,) = [each for each in alone if " compared with nothing: " in each]
    assert ours.startswith(f"{total} of {report.cells} cells of table.csv compared with nothing: ")
    assert f" of {report.cells} cells of table.csv compared with nothing: " in theirs
    for name in ("advertiser", "case", "opened_at"):
        assert f"{name} {len(rows)}" in ours
        assert f"{name} {len(rows)}" in theirs


@pytest.mark.parametrize("name", ["p", "q", "verdict"])
def test_a_figure_that_the_table_does_not_give_is_found(
    audited: MadeNetwork, with_report: Path, tmp_path: Path, name: str
) -> None:
    """Also where a liar recorded the hash of a report that is not what its table says."""
    made = audited.copy(tmp_path / "network")
    path = made.folder / "out" / "audit" / "report.json"
    report = json.loads(path.read_bytes())
    row = next(each for each in report["groups"] if each["informative"])
    row[name] = "worse" if name == "verdict" else row[name] * (1 + 2e-8)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    record(made, msgspec.convert(report["plan"], AuditPlan), sha256_hex(path.read_bytes()))
    exported(made, tmp_path / "out")

    assert {each.kind for each in checked(tmp_path / "out", key_of(made)).problems} == {"report"}


def test_a_report_that_is_gone_is_said_to_be(audited: MadeNetwork, tmp_path: Path) -> None:
    """The log records that there was one."""
    made = audited.copy(tmp_path / "network")
    (made.folder / "out" / "audit" / "report.json").unlink()
    exported(made, tmp_path / "out")

    report = checked(tmp_path / "out", key_of(made))

    assert {each.kind for each in report.problems} == {"incomplete"}
    assert report.missing_report == last_report(tmp_path / "out")


def last_report(folder: Path) -> int:
    kinds = [leaf.kind for leaf in read_public_leaves(PublicFiles(folder / "log"), folder_size(folder))]
    return max(seq for seq, kind in enumerate(kinds) if kind == "audit_report")


def folder_size(folder: Path) -> int:
    return int(json.loads((folder / "folder.json").read_bytes())["size"])


def _drop_report(folder: Path) -> None:
    _manifest(report=None)(folder)
    for name in ("report.json", "table.csv"):
        (folder / name).unlink()


def _name_the_plan_as_report(folder: Path) -> None:
    _drop_report(folder)
    _manifest(report=last_report(folder) - 1)(folder)


@pytest.mark.parametrize("doctor", [_drop_report, _name_the_plan_as_report])
def test_a_dropped_report_ends_both_programs_with_its_leaf(
    audited: MadeNetwork, with_report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], doctor: Doctor
) -> None:
    """A network must not choose which report an auditor sees; the last line is what people read."""
    copy = Path(shutil.copytree(with_report, tmp_path / "copy"))
    doctor(copy)
    sum_again(copy)
    ending = f"The folder is not complete: the report of an audit that leaf {last_report(copy)} records is missing."

    assert "incomplete" in {each.kind for each in checked(copy, key_of(audited)).problems}
    assert standalone_folder.main(str(copy), key_of(audited)) == 1
    assert capsys.readouterr().out.splitlines()[-1] == ending
    answer = evenhand("audit", "verify", copy, "--vkey", key_of(audited))
    assert (answer.status, answer.out.splitlines()[-1]) == (1, ending)


def test_a_report_outside_the_range_may_be_missing(audited: MadeNetwork, tmp_path: Path) -> None:
    """The folder is about the leaves of its range."""
    made = audited.copy(tmp_path / "network")
    (made.folder / "out" / "audit" / "report.json").unlink()
    made.add("advertisers", id="new", name="Pear Garden", country="QN", domains="new.example")
    made.run(DAY_2)
    exported(made, tmp_path / "out", since=DAY_2)

    assert checked(tmp_path / "out", key_of(made)).ok


def test_an_export_without_the_report_warns_and_says_what_to_do(audited: MadeNetwork, tmp_path: Path) -> None:
    """Whoever sends the folder learns it before the auditor does."""
    made = audited.copy(tmp_path / "network")
    path = made.folder / "out" / "audit" / "report.json"
    path.write_bytes(path.read_bytes() + b" ")

    status, _, said = evenhand("audit", "export", made.folder, "--out", tmp_path / "out")

    assert status == 0
    assert "The folder will not verify as complete" in said
    assert f"evenhand audit run {made.folder}" in said


def test_another_verifier_in_the_folder_is_found(begun: MadeNetwork, folder: Path, tmp_path: Path) -> None:
    """One that prints OK whatever it is given."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "verify.py").write_text('print("OK")\n', "utf-8")
    sum_again(copy)

    found = [str(each) for each in checked(copy, key_of(begun)).problems]

    assert len(found) == 1
    assert found[0].startswith("verify.py: is another program; expected")


def test_the_verifier_of_an_earlier_version_is_no_other_program(
    begun: MadeNetwork, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was exported before is still an honest one; of its page for people nobody knows what it was."""
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    for name in ("verify.py", "README.md"):
        (copy / name).write_text("earlier\n", "utf-8")
    sum_again(copy)
    monkeypatch.setattr(folder_files, "EARLIER_VERIFIERS", frozenset({sha256_hex(b"earlier\n")}))

    answer = evenhand("audit", "verify", copy, "--vkey", key_of(begun))

    assert answer.status == 0
    assert "Not compared: README.md, which an earlier version of Evenhand wrote and nothing vouches for" in answer.out


def test_a_report_by_another_plan_than_the_registered_one_is_found(audited: MadeNetwork, tmp_path: Path) -> None:
    """Tests chosen after the data were read prove nothing."""
    made = audited.copy(tmp_path / "network")
    path = made.folder / "out" / "audit" / "report.json"
    report = json.loads(path.read_bytes())
    other = msgspec.convert(report["plan"] | {"q": "0.001"}, AuditPlan)
    record(made, other, sha256_hex(path.read_bytes()))
    exported(made, tmp_path / "out")

    found = [str(each) for each in checked(tmp_path / "out", key_of(made)).problems]

    assert len(found) == 1
    assert found[0].endswith("expected the plan that was registered first")


def test_plain_python_makes_the_exact_test_to_nine_digits() -> None:
    """Tables of strata as they come: few decisions and many, none and all refused, far from equality."""
    chance = random.Random(16)
    for _ in range(60):
        tables = [tuple(chance.choice((0, 1, 2, 5, 20, 60)) for _ in range(4)) for _ in range(chance.randint(1, 9))]
        informative = [(a, b, c, d) for a, b, c, d in tables if min(a + b, c + d, a + c, b + d) > 0]
        plain, ours = standalone_statistics.exact_test(informative), exact_test(tables)
        pairs = {"p": ours.p_greater, "p_mid": ours.p_mid_greater, "odds_ratio": ours.odds_ratio,
                 "ci_low": ours.ci_low, "ci_high": ours.ci_high}  # fmt: skip
        for name, value in pairs.items():
            wanted = "inf" if value == inf else value
            assert is_same(plain[name], wanted) or (plain[name], wanted) == pytest.approx((0, 0)), (name, tables)
