"""Nothing missing is allowed silently (architecture, invariant 9): one network, walked from the command line.

Two companies are listed and refused, one from each of two invented countries. Then something is missing, cut short or
exchanged, and nobody may be let through for it. Each walk is done twice, with the countries swapped: same outcome.

One test makes one claim. Those of one part stand together under a heading comment; helpers and the network are on top.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands import DAY_1, DAY_2, ORIGIN, Answer, Edit, append, evenhand, replace, write
from tests.stories.services import serving, wait_for

HEADING = (
    "id,schema,name,alias,country,website,account,registration_number,jurisdiction,birth_date,topic,since,until,note\n"
)
LIST = "lists-in/house-list.csv"
FIRST, SECOND = "first.example", "second.example"


class Walk(NamedTuple):
    """A network that has run once, and the countries of its two refused companies."""

    folder: Path
    near: str
    far: str


def listed(ids: Iterable[str], near: str, far: str) -> str:
    """Return a house list of the two companies, `first` and `second`, and of others that nobody resembles."""
    known = {
        "first": f"first,Company,Orvanta Works,,{near},{FIRST},,,,,made-up,,,\n",
        "second": f"second,Company,Pellimar Trading,,{far},{SECOND},,,,,made-up,,,\n",
    }
    return HEADING + "".join(known.get(id_, f"{id_},Company,Zq {id_} Zq,,,,,,,,made-up,,,\n") for id_ in ids)


OTHERS = [f"o{number}" for number in range(30)]


@pytest.fixture(scope="module", params=[("qm", "qn"), ("qn", "qm")], ids=["as it is", "countries swapped"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The network after its first run; both companies are refused."""
    near, far = request.param
    folder = tmp_path_factory.mktemp("nothing-missing") / "network"
    assert evenhand("init", folder, "--origin", ORIGIN).status == 0
    write(LIST, listed(["first", "second", *OTHERS], near, far))(folder)
    write(
        "data/advertisers.csv",
        "id,name,country,domains\n"
        f"a-plain,Plum Bakery,{near},plum.example\n"
        f"a-first,Orvanta Works,{near},{FIRST}\n"
        f"a-second,Pellimar Trading,{far},{SECOND}\n",
    )(folder)
    assert evenhand("run", folder, "--at", DAY_1).status == 0
    walk = Walk(folder, near, far)
    assert verdicts(folder) == REFUSED
    return walk


@pytest.fixture
def walk(begun: Walk, tmp_path: Path) -> Walk:
    """A copy of the network for one test."""
    return begun._replace(folder=Path(shutil.copytree(begun.folder, tmp_path / "network")))


REFUSED = {"a-first": "refuse", "a-plain": "allow", "a-second": "refuse"}


def verdicts(folder: Path, at: str = DAY_1) -> dict[str, str]:
    """Return what the gate answers for each of the three advertisers."""
    asked = ("gate", "check", "--register", folder, "--at", at, "--json", "--advertiser")
    return {party: evenhand(*asked, party).json["outcome"] for party in sorted(REFUSED)}


def run(walk: Walk, *options: str, at: str = DAY_2) -> Answer:
    """Run the network once more."""
    return evenhand("run", walk.folder, "--at", at, *options)


def checkpoint(folder: Path) -> bytes:
    """Return the head that the ledger has published; it changes with every record."""
    return (folder / "ledger/public/checkpoint").read_bytes()


def add_list(folder: Path, path: str, more: str = "") -> None:
    """Configure one more list, which was never read."""
    append("evenhand.toml", f'\n[[list]]\nkey = "ofac-sdn"\npath = "{path}"\n{more}')(folder)


# Lists that cannot be read


def test_a_list_that_was_never_read_stops_the_run(walk: Walk) -> None:
    """A mistyped path screens nobody; every advertiser would be allowed."""
    before = checkpoint(walk.folder)
    add_list(walk.folder, "lists-in/mistyped")

    answer = run(walk)

    assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert "a required list has no version to screen against, so nothing was decided: ofac-sdn: " in answer.err
    assert (checkpoint(walk.folder), verdicts(walk.folder)) == (before, REFUSED)


def test_a_list_that_may_be_missing_is_named_first(walk: Walk) -> None:
    """`required = false` is somebody's choice; the first line of terminal and report says what it meant today."""
    add_list(walk.folder, "lists-in/mistyped", "required = false\n")

    answer, strict = run(walk), run(walk, "--strict")

    first = "  ofac-sdn was not screened against: it has no version and is not required."
    assert (answer.status, strict.status) == (0, 1)
    assert answer.out.startswith("Warnings\n")
    assert answer.out.splitlines()[1].startswith(first[:70])
    report = (walk.folder / "out/report.html").read_text("utf-8")
    assert report.index("ofac-sdn was not screened against") < report.index("Outcomes in force")
    assert verdicts(walk.folder) == REFUSED


def test_no_list_at_all_stops_the_run_unless_that_is_accepted(walk: Walk) -> None:
    """A network without lists is possible, and nobody has one by mistake."""
    before = checkpoint(walk.folder)
    replace("evenhand.toml", f'[[list]]\nkey = "house-sanctions"\npath = "{LIST}"\n', "")(walk.folder)

    left_out, stopped = run(walk), run(walk, "--accept-list", "house-sanctions")
    unchanged = checkpoint(walk.folder)
    replace("evenhand.toml", 'none = "stop"', 'none = "accept"')(walk.folder)
    accepted = run(walk, "--accept-list", "house-sanctions", "--strict", "--json")

    assert (left_out.status, stopped.status, unchanged) == (2, 2, before)
    assert "house-sanctions is no longer configured, and decisions in force rest on" in left_out.err
    assert "no list is configured, so nobody would be screened and nothing was decided" in stopped.err
    assert accepted.status == 1
    assert accepted.json["warnings"] == [
        'Nobody was screened: no list is configured, which `none = "accept"` in [lists] allows.',
        "Nobody is screened any more against house-sanctions, which the last run had.",
    ]
    assert len(accepted.json["lifted"]) >= 2
    assert accepted.json["lifted"][0] in (walk.folder / "out/report.html").read_text("utf-8")


def test_lists_without_an_entry_stop_the_run_like_no_list(tmp_path: Path) -> None:
    """A new network has an empty list of its own, and signed that three thousand strangers are allowed."""
    folder = tmp_path / "net"
    evenhand("init", folder, "--origin", "ads.made-up.example/log")
    (folder / "data/advertisers.csv").write_text("id,name\na-1,Made-Up Bakery\n", "utf-8")
    before = checkpoint(folder)

    stopped = evenhand("run", folder, "--at", DAY_1)

    assert (stopped.status, checkpoint(folder)) == (2, before)
    assert "the configured lists have 0 entries, so nobody would be screened and nothing was decided" in stopped.err


def test_an_earlier_version_goes_on_and_is_named_first(walk: Walk) -> None:
    """Yesterday's list is better than none, and anyone who reads the report knows that it is yesterday's."""
    (walk.folder / LIST).unlink()

    answer, strict = run(walk), run(walk, "--strict", "--json")

    assert (answer.status, strict.status) == (0, 1)
    assert answer.out.splitlines()[0] == "Warnings"
    (warning,) = strict.json["warnings"]
    assert warning.startswith(
        "house-sanctions was not updated: its earlier version without a date (32 entries) was used. "
    )
    assert verdicts(walk.folder, DAY_2) == REFUSED


def test_an_old_list_is_named_first(walk: Walk) -> None:
    """A list that nobody fetched for weeks lets through anyone who was listed meanwhile."""
    block = f'path = "{LIST}"\n'
    replace("evenhand.toml", block, f"{block}published_on = 2026-01-01\nmax_age_days = 30\n")(walk.folder)
    append(LIST, "new,Company,Zq new Zq,,,,,,,,made-up,,,\n")(walk.folder)

    answer = run(walk, "--strict", "--json")

    assert answer.status == 1
    assert answer.json["warnings"] == [
        "house-sanctions is old: published on 2026-01-01, 61 days ago, and `max_age_days` is 30."
    ]


# Lists that have lost entries


def exchanged(walk: Walk, ids: Iterable[str]) -> None:
    """Put a list with other entries in the place of the one that was read."""
    write(LIST, listed(ids, walk.near, walk.far))(walk.folder)


def test_another_list_of_the_same_length_frees_nobody(walk: Walk) -> None:
    """The count is right and everybody on it is somebody else; one option takes it, and names the list."""
    exchanged(walk, [f"n{number}" for number in range(32)])

    answer, strict = run(walk), run(walk, "--strict", "--json")
    kept = verdicts(walk.folder, DAY_2)
    accepted = run(walk, "--accept-list", "house-sanctions", "--strict")

    assert (answer.status, strict.status) == (0, 1)
    (warning,) = strict.json["warnings"]
    assert (
        "too many entries are missing or have ended, the version in force stays: `32 of 32`; expected at most 10 %"
        in warning
    )
    assert "accept it once with `--accept-list house-sanctions`" in warning
    assert kept == REFUSED
    assert accepted.status == 0
    assert set(verdicts(walk.folder, DAY_2).values()) == {"allow"}


def test_the_entries_that_decisions_rest_on_do_not_all_leave_unseen(walk: Walk) -> None:
    """Two of thirty-two are few, and they are the two that keep somebody out."""
    exchanged(walk, ["n1", "n2", *OTHERS])

    answer = run(walk, "--strict", "--json")

    assert answer.status == 1
    assert (
        "every entry that a decision in force rests on is missing (2 of 2): `first, second`"
        in answer.json["warnings"][0]
    )
    assert verdicts(walk.folder, DAY_2) == REFUSED


def test_one_company_that_is_listed_no_more_is_let_through(walk: Walk) -> None:
    """Publishers do remove entries, and who is removed does not wait for anybody."""
    exchanged(walk, ["second", *OTHERS])

    answer = run(walk, "--strict")

    assert (answer.status, "Warnings" in answer.out) == (0, False)
    assert verdicts(walk.folder, DAY_2) == REFUSED | {"a-first": "allow"}


def test_a_lost_folder_of_kept_lists_frees_nobody(walk: Walk) -> None:
    """Without an earlier version there is nothing to compare with but the decisions themselves."""
    before = checkpoint(walk.folder)
    shutil.rmtree(walk.folder / "lists")
    exchanged(walk, OTHERS)

    answer = run(walk)

    assert (answer.status, checkpoint(walk.folder), verdicts(walk.folder)) == (2, before, REFUSED)
    assert "every entry that a decision in force rests on is missing (2 of 2)" in answer.err


# Rows and cells that cannot be read


CLIENTS = [f"c{number}" for number in range(30)]
ADVERTISERS = "data/advertisers.csv"


def table(walk: Walk, first: str = "1000.00", second: str = SECOND, plain: str = "") -> str:
    """Return the advertisers: the three, thirty that nobody resembles, and one that the two companies own."""
    rows = (
        f"a-plain,Plum Bakery,{walk.near},plum.example,{plain}",
        f"a-first,Orvanta Works,{walk.near},{FIRST},{first}",
        f"a-second,Pellimar Trading,{walk.far},{second},",
        f"a-owned,Tarrow Mills,{walk.far},tarrow.example,",
        *(f"{each},Zq client {each},,{each}.example," for each in CLIENTS),
    )
    return "id,name,country,domains,prepaid\n" + "".join(f"{row}\n" for row in rows)


def ownership(first: str = "30 %") -> str:
    return f"owner,owned,share\na-first,a-owned,{first}\na-second,a-owned,25 %\n"


@pytest.fixture(scope="module")
def begun_with_owners(begun: Walk, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The network with more clients; the company that both listed ones own together is refused as well."""
    folder = Path(shutil.copytree(begun.folder, tmp_path_factory.mktemp("owners") / "network"))
    walk = begun._replace(folder=folder)
    write(ADVERTISERS, table(walk))(folder)
    write("data/ownership.csv", ownership())(folder)
    replace("evenhand.toml", 'max_refused_share = "0.01"', 'max_refused_share = "0.1"')(folder)
    assert run(walk).status == 0
    assert by_website(folder) == WEBSITES
    return walk


@pytest.fixture
def owners(begun_with_owners: Walk, tmp_path: Path) -> Walk:
    """A copy of the network with owners for one test."""
    folder = Path(shutil.copytree(begun_with_owners.folder, tmp_path / "network"))
    return begun_with_owners._replace(folder=folder)


WEBSITES = {FIRST: "refuse", "plum.example": "allow", SECOND: "refuse", "tarrow.example": "refuse"}
LATER = "2026-03-04T12:00:00Z"


def by_website(folder: Path, at: str = DAY_2) -> dict[str, str]:
    """Return what the gate answers for each of the four websites."""
    asked = ("gate", "check", "--register", folder, "--at", at, "--json", "--adomain")
    return {host: evenhand(*asked, host).json["outcome"] for host in sorted(WEBSITES)}


def without(walk: Walk, party: str) -> str:
    return "".join(line for line in table(walk).splitlines(keepends=True) if not line.startswith(party))


@pytest.mark.parametrize("state", ["kept", "deleted"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda walk: write(ADVERTISERS, table(walk, first='"1.000.00"')),
        lambda walk: write(ADVERTISERS, table(walk, first="1,000.00")),
        lambda walk: write(ADVERTISERS, table(walk, second="second..example")),
        lambda walk: write(ADVERTISERS, without(walk, "a-second")),
        lambda _: write("data/ownership.csv", ownership("thirty")),
        lambda _: write("data/ownership.csv", ownership("30 %,x")),
    ],
    ids=["a cell", "a cell too many", "a website", "a row deleted", "a share", "a share with a cell too many"],
)
def test_a_refused_party_does_not_pass_because_it_cannot_be_read(
    owners: Walk, spoil: Callable[[Walk], Edit], state: str
) -> None:
    """What a decision rested on keeps it, and the party its websites; nothing of it hangs on `state/`."""
    spoil(owners)(owners.folder)
    if state == "deleted":
        shutil.rmtree(owners.folder / "state")

    answer = run(owners, at=LATER)

    assert answer.status == 0
    assert by_website(owners.folder, LATER) == WEBSITES
    assert "Warnings" in answer.out or "a-second" not in (owners.folder / ADVERTISERS).read_text("utf-8")


@pytest.mark.parametrize("rows", [0, 20], ids=["the heading alone", "cut at the end of a line"])
def test_a_table_that_was_cut_stops_the_run(owners: Walk, rows: int) -> None:
    """Nobody is let through meanwhile: the register of the last run stays."""
    write(ADVERTISERS, "".join(table(owners).splitlines(keepends=True)[: rows + 1]))(owners.folder)
    before = checkpoint(owners.folder)

    answer = run(owners, at=LATER)

    assert (answer.status, answer.err.count("\n")) == (2, 1)
    assert f"advertisers has {rows} rows; the last run read 34" in answer.err
    assert (checkpoint(owners.folder), by_website(owners.folder)) == (before, WEBSITES)
    accepted = run(owners, "--accept-table", "advertisers", at=LATER)
    assert accepted.status == 0
    assert by_website(owners.folder, LATER) == WEBSITES | {"plum.example": "allow" if rows else "unknown"}


def test_a_client_whose_row_was_rejected_is_held_until_it_is_mended(owners: Walk) -> None:
    """Nobody screened it. Terminal and report say so first, and the file says which cell."""
    write(ADVERTISERS, table(owners, plain='"1.000.00"') + ",No Id,,nameless.example,\n")(owners.folder)

    answer = run(owners, at=LATER)

    assert answer.status == 0
    assert "2 advertisers rejected: on hold, not screened" in answer.out
    assert answer.out.index("2 advertisers rejected") < answer.out.index("Rejected input: 2 rows, 0 values")
    rejected = (owners.folder / "out/rejected-input.csv").read_text("utf-8")
    assert "data/advertisers.csv,2,prepaid,1.000.00" in rejected
    report = (owners.folder / "out/report.html").read_text("utf-8")
    assert report.index("2 advertisers rejected") < report.index("Outcomes in force")
    assert by_website(owners.folder, LATER) == WEBSITES | {"plum.example": "hold"}
    asked = ("gate", "check", "--register", owners.folder, "--at", LATER, "--json", "--adomain", "nameless.example")
    assert evenhand(*asked).json["outcome"] == "hold"

    write(ADVERTISERS, table(owners, plain="1000.00") + "a-new,No Id,,nameless.example,\n")(owners.folder)
    mended = run(owners, at="2026-03-04T20:00:00Z")

    assert "not screened" not in mended.out
    assert by_website(owners.folder, LATER) == WEBSITES
    assert evenhand(*asked).json["outcome"] == "allow"


# Records that were erased


WHY = ("--basis", "GDPR Art. 17(1)(a)", "--by", "data protection officer")


def test_an_erased_party_is_decided_anew_and_refused_again(walk: Walk) -> None:
    """The second decision had the first one's id and was never written; the gate answered with decision None."""
    asked = ("gate", "check", "--register", walk.folder, "--stale", "last", "--json", "--advertiser")
    before = evenhand(*asked, "a-first").json["decision"]

    asks = evenhand("ledger", "erase", walk.folder, "--subject", "a-first", *WHY)
    erased = evenhand("ledger", "erase", walk.folder, "--subject", "a-first", "--lift", *WHY)
    again = evenhand("run", walk.folder, "--json")  # now, as the erasure's leaf is

    assert (asks.status, asks.out) == (2, "")
    assert "would lift: refuse of advertiser a-first" in asks.err
    assert erased.status == 0
    assert again.json["decisions"] == 1
    assert {party: evenhand(*asked, party).json["outcome"] for party in REFUSED} == REFUSED
    assert evenhand(*asked, "a-first").json["decision"] not in (None, before)
    assert evenhand("ledger", "verify", walk.folder).status == 0
    assert evenhand("ledger", "replay", walk.folder).status == 0


def test_what_was_erased_is_in_no_file_that_runs_made(walk: Walk) -> None:
    """The name stayed in letters and snapshots; what is left is the network's own table and the list itself."""
    erased = evenhand("ledger", "erase", walk.folder, "--subject", "a-first", "--lift", *WHY).json

    named = {each["where"].partition("/")[0] for each in erased["files"]["left"]}
    for path in sorted(each for each in walk.folder.rglob("*") if each.is_file()):
        if b"Orvanta Works" in path.read_bytes():
            assert path.relative_to(walk.folder).parts[0] in named - {"out", "state", "snapshots", "ledger"}


# Ledgers and clocks that went back


def test_an_older_ledger_put_back_signs_no_second_history(walk: Walk) -> None:
    """Nothing noticed it, and the same size was signed again with another root."""
    older = Path(shutil.copytree(walk.folder / "ledger", walk.folder.parent / "older"))
    append("data/advertisers.csv", "a-late,Fig Bakery,,fig.example\n")(walk.folder)
    assert run(walk).status == 0
    newest = Path((walk.folder / "ledger").rename(walk.folder.parent / "newest"))
    shutil.copytree(older, walk.folder / "ledger")
    before = checkpoint(walk.folder)

    answer = run(walk, at=LATER)
    status, verify = (evenhand("ledger", verb, walk.folder) for verb in ("status", "verify"))

    assert (answer.status, answer.out, answer.err.count("\n")) == (4, "", 1)
    assert "the ledger is older" in answer.err
    assert "the page back-up of the documentation" in answer.err
    assert (status.status, verify.status) == (1, 1)
    assert "the ledger is older" in status.json["problems"][0]
    assert "the ledger is older" in verify.out
    assert (checkpoint(walk.folder), verdicts(walk.folder, DAY_2)) == (before, REFUSED)

    shutil.rmtree(walk.folder / "ledger")
    newest.rename(walk.folder / "ledger")
    assert run(walk, at=LATER).status == 0


def test_a_time_ahead_of_the_clock_is_refused_unless_it_is_meant(walk: Walk) -> None:
    """One run at 2098 froze the network until then."""
    before = checkpoint(walk.folder)

    refused = run(walk, at="2098-01-01T00:00:00Z")
    unchanged = checkpoint(walk.folder)
    meant = run(walk, "--allow-future", at="2098-01-01T00:00:00Z")
    append("data/advertisers.csv", "a-late,Fig Bakery,,fig.example\n")(walk.folder)
    assert run(walk, "--allow-future", at="2098-01-01T00:00:01Z").status == 0
    frozen = evenhand("run", walk.folder)

    assert (refused.status, unchanged) == (2, before)
    assert "more than a day ahead of the clock" in refused.err
    assert (meant.status, frozen.status) == (0, 2)
    assert "the last record is later than the clock" in frozen.err
    assert "A clock that was ahead" in frozen.err


# Registers that a gate must not take


def spoiled(register: Path, row: str, by: str) -> bytes:
    """Return the compiled register with one text in its plain form exchanged, as anyone who can write there could."""
    plain, made = register.with_name("other.jsonl"), register.with_name("other.evh")
    text = register.with_suffix(".jsonl").read_text("utf-8")
    assert row in text
    plain.write_text(re.sub(r',"rows_sha256":"\w+"', "", text.replace(row, by)), "utf-8")
    assert evenhand("gate", "compile", plain, "--out", made).status == 0
    return made.read_bytes()


def put(register: Path, data: bytes) -> None:
    """Put a file in a register's place as a run does."""
    (register.with_name("new.evh")).write_bytes(data)
    register.with_name("new.evh").replace(register)


@pytest.mark.processes
def test_a_running_gate_keeps_its_register_until_the_next_one_of_its_log_is_there(walk: Walk) -> None:
    """Cut short, not signed or older: each could let the refused through; each is told, and tried again."""
    register, vkey = walk.folder / "out/register.evh", walk.folder / "ledger/public/vkey"
    older = register.read_bytes()
    append("data/advertisers.csv", f"a-third,Third Bakery,{walk.far},third.example\n")(walk.folder)
    assert run(walk).status == 0
    newer = register.read_bytes()
    wrong = {
        "damaged": newer[:-40],
        "signature": spoiled(register, '"checkpoint":"ads.', '"checkpoint":"ads2.'),
        "size": older,
    }

    with serving(walk.folder, "--stale", "last", "--vkey", vkey) as service:
        for why, data in wrong.items():
            put(register, data)
            wait_for(lambda why=why: (service.ask("/readyz").json["refused"] or {}).get("why") == why)
            assert [service.outcome(host) for host in (FIRST, SECOND, "plum.example")] == ["refuse", "refuse", "allow"]
        put(register, newer)
        wait_for(lambda: service.ask("/readyz").json["refused"] is None)

        assert service.ask("/readyz").json["register"]["made_at"] == DAY_2
        assert service.metric('register_refused_total{why="size"}') == 1
        assert service.said.count("register refused: ") == len(wrong)


@pytest.mark.processes
def test_a_gate_that_asks_for_signatures_takes_what_a_run_wrote_and_nothing_else(walk: Walk) -> None:
    """A whole register that somebody else wrote below the real checkpoint frees nobody; the next run's is taken."""
    register, vkey = walk.folder / "out/register.evh", walk.folder / "ledger/public/vkey"
    later, forged = DAY_2.replace("T12", "T13"), spoiled(register, FIRST, "elsewhere.example")

    with serving(walk.folder, "--stale", "last", "--vkey", vkey, "--signed") as service:
        assert service.outcome(FIRST) == "refuse"
        put(register, forged)
        os.utime(register, (0, 0))  # no run that may be about to sign it
        wait_for(lambda: (service.ask("/readyz").json["refused"] or {}).get("why") == "unsigned")
        assert service.outcome(FIRST) == "refuse"
        assert run(walk).status == 0
        wait_for(lambda: service.ask("/readyz").json["refused"] is None)
        assert run(walk, at=later).status == 0  # nothing has changed: the head alone is new
        wait_for(lambda: service.ask("/readyz").json["register"]["made_at"] == later)
        assert service.outcome(FIRST) == "refuse"


def test_a_gate_that_starts_takes_no_register_of_another_network(walk: Walk) -> None:
    """Named by the folder, it knows its log from the settings; nothing is answered from the other's."""
    register = walk.folder / "out/register.evh"
    put(register, spoiled(register, '"checkpoint":"ads.', '"checkpoint":"ads2.'))

    with serving(walk.folder, "--stale", "hold") as service:
        assert service.ask("/readyz").status == 503
        assert service.ask("/readyz").json["refused"]["why"] == "origin"
        assert service.outcome("plum.example") == "hold"
