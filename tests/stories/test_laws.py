"""The laws of `pipeline.md` §12 that a run has to keep, each a test named after its law."""

import ast
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

import evenhand
from evenhand.cli.app import run as command_line
from evenhand.cli.commands.demo import INSTANTS, build_demo, use_rulebook
from evenhand.gate import Gate
from evenhand.ledger import verify_growth
from evenhand.model.decision import Decision
from evenhand.model.errors import NotVerified, RegisterInvalid
from evenhand.model.facts import Facts
from evenhand.model.log import Checkpoint
from evenhand.model.outcome import Outcome
from evenhand.model.record import canonical
from evenhand.model.statement import StatementOfReasons
from evenhand.policy import Rulebook, rule
from evenhand.store.network import Network, read_network
from evenhand.workflows.delivery.statements import statement_of
from evenhand.workflows.evaluation.history import decision_of, fold
from evenhand.workflows.operations import open_ledger, verify_folder
from evenhand.workflows.run import run
from tests.grounds import laws_of_file, untrue_grounds
from tests.networks import BY, DAY_1, DAY_2, TOOLS, MadeNetwork, empty_network, full_network, payloads_of

SOURCES = Path(evenhand.__file__).parent
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Network, list[Checkpoint]]:
    """The sample network, run at its three instants, with the checkpoint after each."""
    folder = tmp_path_factory.mktemp("laws") / "sample"
    build_demo(folder)
    checkpoints = []
    for at, rulebook in INSTANTS:
        use_rulebook(folder, rulebook)
        checkpoints.append(run(read_network(folder), at, BY, TOOLS).checkpoint)
    return read_network(folder), checkpoints


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network of every kind of outcome that has run once; a refusal waits for its day in it."""
    made = full_network(tmp_path_factory.mktemp("laws") / "network")
    made.run(DAY_1)
    return made


def decisions_of(network: Network) -> list[Decision]:
    return list(map(decision_of, payloads_of(network.folder, "decision")))


def test_replay(sample: tuple[Network, list[Checkpoint]]) -> None:
    """Same facts, same rulebook, same ruling: every decision's own record rules the same again, byte for byte."""
    network, _ = sample
    loaded = [Rulebook.load(network.folder / "rulebooks" / name, historic=True) for name in ("two-names-2017", "house")]
    rulebooks = {f"sha256:{each.sha256}": each for each in loaded}

    decisions = decisions_of(network)

    assert {each.inputs.rulebook for each in decisions} == set(rulebooks)
    for each in decisions:
        ruling = rule(msgspec.convert(each.facts, Facts), rulebooks[each.inputs.rulebook])
        recorded = {name: getattr(each, name) for name in ("outcome", "decision", "reasons", "errors")}
        assert canonical(ruling) == canonical(recorded), each.id


def test_one_writer() -> None:
    """Only `workflows` decides: one file makes records of decisions, and besides only the ledger makes any.

    Those are its erasure leaves and what `ledger append` is handed from outside.
    """
    makers, of_decisions = set(), set()
    texts = {path: path.read_text("utf-8") for path in SOURCES.rglob("*.py")}
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)) if "LogRecord" in text else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("LogRecord"):
                makers.add(path.relative_to(SOURCES).parts[0])
                if any(word.arg == "kind" and ast.unparse(word.value) == "'decision'" for word in node.keywords):
                    of_decisions.add(path.name)

    assert makers == {"workflows", "ledger"}
    assert of_decisions == {"ledger_records.py"}


def test_growth(sample: tuple[Network, list[Checkpoint]]) -> None:
    """Every checkpoint is the beginning of every later one."""
    network, checkpoints = sample

    with open_ledger(network.ledger) as ledger:
        for old, new in combinations(checkpoints, 2):
            proof = ledger.consistency(old.size, new.size)
            verify_growth(old, new, proof)
            with pytest.raises(NotVerified):
                verify_growth(msgspec.structs.replace(old, root=new.root), new, proof)
    assert len({each.size for each in checkpoints}) == 3


NAMES = {
    "outlet": ("Vessari Telewave", "Hjorlun Kringkasting"),
    "radio": ("Lumbrea Public Radio", "Радио Фяндал"),
    "bakery": ("Dravik Mills", "Хлебня Шолтен"),
    "firm": ("Ilverton Timber", "Tresco Papír"),
}
TYPOLOGY = {"outlet": "typology:SC", "radio": "typology:ISF"}


def mirrored(folder: Path, turned: bool) -> dict[str, tuple[object, ...]]:
    """Return what is decided of two parties a role, one a country; `turned` swaps names and countries."""
    made = empty_network(folder)
    for number, country in enumerate(("QM", "QN") if not turned else ("QN", "QM")):
        side = ("QM", "QN").index(country)
        for role, names in NAMES.items():
            party, host = f"{role}-{number}", f"{role}-{number}.example"
            made.add("advertisers", id=party, name=names[side], country=country, domains=host, first_seen="2020-01-01")
            made.add("campaigns", id=f"c-{party}", advertiser_id=party, payer_id=party, political="yes", spent="3")
            if role in TYPOLOGY:
                made.add("house-media", id=f"m-{party}", schema="Organization", name=names[side], website=host,
                         country=country.lower(), topic=TYPOLOGY[role])  # fmt: skip
            elif role == "bakery":
                made.add("house-sanctions", id=f"s-{party}", schema="Company", name=names[side], topic="made-up")
            else:
                made.add("ownership", owner=f"o-{party}", owned=party, share="49 %", owner_name=f"Owner {names[side]}",
                         owner_country=country)  # fmt: skip
    made.run()
    return {
        f"{each.party.id} {each.scope}": (each.outcome, each.reasons, each.instruct, each.effective_from)
        for each in made.decisions()
    }


def test_mirror(tmp_path: Path) -> None:
    """Swap names and countries: who is decided what, and by which rule, stays; and both sides fare alike."""
    decided, turned = mirrored(tmp_path / "one", False), mirrored(tmp_path / "other", True)

    assert decided == turned
    for case, outcome in decided.items():
        assert decided[case.replace("-0", "-1")] == outcome
    assert {outcome[0] for outcome in decided.values()} == {"allow", "hold", "refuse"}


def test_because(sample: tuple[Network, list[Checkpoint]], begun: MadeNetwork) -> None:
    """Every decision other than allow names a rule and a finding, and each finding names its sources."""
    decisions = [each for each in decisions_of(sample[0]) + begun.decisions() if each.outcome is not Outcome.ALLOW]

    assert len(decisions) > 50
    for each in decisions:
        named = {rule_id for rule_id, _, _ in each.grounds}
        assert named == {*each.reasons, *each.errors}, each.id
        assert {kind for _, kind, _ in each.grounds} == {finding.kind for finding in each.findings}, each.id
        for finding in each.findings:
            assert finding.because, finding
            assert finding.sources, finding
            assert all(source.startswith(("list:", "table:")) and "#" in source for source in finding.sources)
            assert all(len(source.partition("@")[2].partition("#")[0]) == 64 for source in finding.sources)


def gate_says_what_the_ledger_says(network: Network, at: datetime) -> set[str]:
    """Hold the gate's verdict of every party beside the ledger; return the outcomes met."""
    gate = Gate(network.out / "register.jsonl", "last")
    with open_ledger(network.ledger) as ledger:
        history = fold(ledger)
    met = set()
    for known in history.cases.values():
        if not known[0].scope.startswith("campaign:"):
            decided = history.in_force(known[0].case, at)
            verdict = gate.verdict(advertiser=known[0].party_id, at=at)
            outcome = decided.outcome if decided is not None else Outcome.ALLOW
            # Where none is in force, the newest one allows: it waits for its day.
            assert (verdict.outcome, verdict.decision) == (outcome, (decided or known[-1]).id)
            met.add(str(outcome))
    return met


def test_gate_is_ledger(sample: tuple[Network, list[Checkpoint]], begun: MadeNetwork, tmp_path: Path) -> None:
    """For every advertiser and payer, now, and on either side of the day for which a refusal was announced."""
    network, _ = sample
    made = begun.copy(tmp_path / "network")
    starts = made.last("outlet").effective_from

    assert gate_says_what_the_ledger_says(network, INSTANTS[-1][0]) == {"allow", "hold", "refuse"}
    for at in (DAY_1, DAY_2, starts - SECOND, starts, starts + SECOND):
        made.run(at)
        gate_says_what_the_ledger_says(made.network, at)
        outcome = Gate(made.network.out / "register.jsonl", None).verdict(adomain=["telewave.example"], at=at).outcome
        assert outcome == ("allow" if at < starts else "refuse")


@pytest.mark.parametrize("choice", ["allow", "hold", "refuse"])
def test_fail_known(begun: MadeNetwork, choice: str) -> None:
    """A stale register answers what the operator chose, and says so; without a choice or register, none at all."""
    path = begun.network.out / "register.jsonl"
    stale = begun.register()[0].fresh_until

    fresh = Gate(path, choice).verdict(advertiser="frozen", at=stale - SECOND)  # type: ignore[arg-type]
    late = Gate(path, choice).verdict(advertiser="frozen", at=stale)  # type: ignore[arg-type]

    assert (fresh.outcome, fresh.stale) == ("refuse", False)
    assert (late.outcome, late.stale) == (choice, True)
    with pytest.raises(RegisterInvalid, match="stale since"):
        Gate(path, None).verdict(advertiser="frozen", at=stale)
    with pytest.raises(RegisterInvalid, match="cannot be read"):
        Gate(path.with_name("none.jsonl"), "last")


BROKEN_RULE = """
@id("spends-much")
@title("A made-up rule whose sum overflows")
@why("Nobody can say.")
@verdict("limit")
@limit("half")
@ground("contract")
@notice_days("0")
@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")
@effective_from("2020-01-01")
@owner("o")
forbid (principal, action in [Action::"buy"], resource) when { principal.spend_micros * 9223372036854775807 > 0 };
"""


def test_fail_known_in_rules_too(tmp_path: Path) -> None:
    """An error inside a forbid is a hold, never an allow, and names the rule; it waits for no notice."""
    made = empty_network(tmp_path / "network")
    made.edit_rules(lambda text: text + BROKEN_RULE, historic=True)
    made.add("campaigns", id="c", advertiser_id="bakery", payer_id="bakery", spent="7")

    made.run()

    decision = made.last("bakery")
    assert (decision.outcome, decision.errors, decision.effective_from) == (Outcome.HOLD, ("spends-much",), DAY_1)
    assert decision.grounds == (("spends-much", "rule_error", "advertiser"),)
    assert [finding.kind for finding in decision.findings] == ["rule_error"]


# Accepts nothing, as the runs that are killed.
AS_A_PERSON = replace(TOOLS, accept_lists=frozenset(), accept_tables=frozenset())

# Counts what a run does to the disk, and dies by SIGKILL at the n-th: opening to write, renaming, removing, making a
# folder, drawing a salt (before a transaction), reporting progress. One process imports, and forks for each death.
KILLER = """
import os, signal, sys
sys.dont_write_bytecode = True  # a module that is compiled in the first child would be a step that no other makes
from pathlib import Path
from tests.grounds import laws_of_file, untrue_grounds
from tests.networks import BY, SUFFIXES, Tools, read_network, run, DAY_1, DAY_2

done = 0
def step(limit):
    global done
    done += 1
    if done == limit:
        os.kill(os.getpid(), signal.SIGKILL)

def walk(folder, at, limit):
    def watch(event, args):
        writes = event == "open" and args[2] is not None and args[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir"):
            step(limit)
    sys.addaudithook(watch)
    tools = Tools(SUFFIXES, lambda size: (step(limit), bytes(size))[1], 5.0, lambda *_: step(limit))
    run(read_network(Path(folder)), at, BY, tools)
    return done

for line in sys.stdin:
    folder, day, limit = line.split()
    reading, writing = os.pipe()
    if not os.fork():
        os.write(writing, b"%d" % walk(folder, {"1": DAY_1, "2": DAY_2}[day], int(limit)))
        os._exit(0)
    os.close(writing)
    _, status = os.wait()
    print(os.read(reading, 20).decode() or os.WTERMSIG(status), flush=True)
    os.close(reading)
"""


def busy_second_day(made: MadeNetwork) -> None:
    """A list, a table and a rule that change at once."""
    made.add("house-sanctions", id="s-new", schema="Company", name="Clear Water Circle")
    made.row("advertisers", "minor")["name"] = "Tulquist Capital"
    made.drop("advertisers", "namesake")


def left_by(made: MadeNetwork) -> tuple[object, ...]:
    """Return what a run leaves: leaves but for heads of registers, rows of the gate, files."""
    out = made.folder / "out"
    names = sorted(path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()
                   and "ledger" not in path.parts)  # fmt: skip
    reasons = {path.name: path.read_bytes() for path in (out / "reasons").iterdir()}
    return (
        [made.payloads(kind) for kind in ("decision", "statement")],
        made.register()[1],
        made.in_force(),
        names,
        reasons,
    )


@pytest.mark.processes
@pytest.mark.parametrize(
    ("day", "deaths"), [("1", 3), ("2", 3), *(pytest.param(day, 40, marks=pytest.mark.long) for day in "12")]
)
def test_nothing_lost(begun: MadeNetwork, tmp_path: Path, day: str, deaths: int) -> None:
    """Killed at any write the run goes on: the ledger verifies and in the end everything is as if nothing was."""
    at = {"1": DAY_1, "2": DAY_2}[day]
    if day == "1":
        base = full_network(tmp_path / "base")
    else:
        base = begun.copy(tmp_path / "base")
        busy_second_day(base)
    base.write()
    killer = subprocess.Popen(
        [sys.executable, "-c", KILLER], cwd=Path(__file__).parents[2], env=dict(os.environ, OPENBLAS_NUM_THREADS="1"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert killer.stdin is not None
    assert killer.stdout is not None

    def walk(made: MadeNetwork, limit: int) -> int:
        print(made.folder, day, limit, file=killer.stdin, flush=True)
        return int(killer.stdout.readline())  # type: ignore[union-attr]

    with killer:
        whole = base.copy(tmp_path / "whole")
        steps = walk(whole, 0)
        undisturbed = left_by(whole)
        for number in range(deaths):
            made = base.copy(tmp_path / f"killed-{number}")
            assert walk(made, 1 + (steps - 1) * number // (deaths - 1)) == 9
            assert verify_folder(made.folder).ok

            made.run(at, AS_A_PERSON)

            assert verify_folder(made.folder).ok
            assert set(left_by(made)[3]) ^ set(undisturbed[3]) == set(), number
            assert left_by(made) == undisturbed, number
        killer.stdin.close()


def full_disk(path: Path) -> None:
    path.symlink_to("/dev/full")


def in_the_way(path: Path) -> None:
    path.write_text("a file where a folder belongs")


@pytest.mark.parametrize(
    ("place", "spoil"),
    [
        ("out/register.jsonl.part", full_disk),
        ("out/rejected-input.csv.tmp", full_disk),
        ("out/reasons", in_the_way),
        ("out/decisions.parquet", Path.mkdir),
        ("state", in_the_way),
        ("snapshots", in_the_way),
        ("ledger/public/tile", in_the_way),
    ],
)
def test_nothing_lost_on_a_full_disk(
    begun: MadeNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, spoil: object
) -> None:
    """One line says what could not be written; when that is mended the next run makes everything whole."""
    made = full_network(tmp_path / "network")
    made.write()
    path = made.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    spoil(path)  # type: ignore[operator]

    status = command_line(["run", str(made.folder), "--at", DAY_1.isoformat(), "--json"])
    said = capsys.readouterr().err

    assert status == 2
    assert said.count("\n") == 1
    assert said.startswith(f"evenhand: {made.folder / place.removesuffix('.part').removesuffix('.tmp')}")
    assert verify_folder(made.folder).ok
    path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    made.run()
    assert verify_folder(made.folder).ok
    assert left_by(made)[1:3] == left_by(begun)[1:3]


# Rules of law that ask for no list.
NO_LIST = frozenset({"third-country-sponsor-before-vote", "undisclosed-payer"})
PROGRAMS = {
    "eu-fsf": ("UKR", "TAQA", "XYZ", ""), "un-sc": ("Sudan", "Al-Qaida", "XYZ"), "uk-sanctions": ("Cyber", "Russia"),
    "ofac-sdn": ("SDGT", "CUBA", "IRAN", "XYZ"), "eu-annex-xv": ("",), "house-sanctions": ("made-up",),
}  # fmt: skip
BOUND_BY = (["DE", "IE"], ["EU", "GB"], ["US"], ["GB"], ["CH"])


def network_by_chance(folder: Path, seed: int) -> MadeNetwork:
    """Return a network of parties on lists drawn by chance, which own one another and pay for one another."""
    made, chance = empty_network(folder), random.Random(seed)
    made.settings["network"]["bound_by"] = BOUND_BY[seed % len(BOUND_BY)]
    names = [f"party-{number}" for number in range(30)]
    for name in names:
        made.add("advertisers", id=name, name=f"Made-up {name}", domains=f"{name}.example",
                 payer_id=chance.choice([name, name, *names[:12]]))  # fmt: skip
        for key in chance.sample(sorted(PROGRAMS), chance.choice((0, 1, 1, 2))) if name in names[:15] else ():
            made.lists.setdefault(key, []).append({
                "id": f"{key}-{name}", "schema": "Company", "name": f"Listed {name}",
                "website": f"https://{name}.example", "topic": chance.choice(PROGRAMS[key]),
            })  # fmt: skip
    for company in names[12:]:
        for owner in chance.sample(names[:15], 2):
            made.add("ownership", owner=owner, owned=company, share=f"{chance.choice((25, 30, 50))} %",
                     kind=chance.choice(("ownership", "ownership", "ownership_or_control")))  # fmt: skip
    return made


def test_true_grounds(sample: tuple[Network, list[Checkpoint]], begun: MadeNetwork) -> None:
    """A statement of reasons names only laws and lists that the findings of this case rest on."""
    network, _ = sample
    named = {law for each in statements_of(network.folder) for law in each.ground.reference.split("; ")}

    assert untrue_grounds(network.folder, NO_LIST) == untrue_grounds(begun.folder, NO_LIST) == []
    assert len(named & laws_of_file(network.folder / "rulebooks" / "house" / "laws.csv")) == 3


@pytest.mark.parametrize("seed", range(3))
def test_true_grounds_of_networks_by_chance(tmp_path: Path, seed: int) -> None:
    """Whichever lists there are and whosever law binds; laws and terms both occur."""
    made = network_by_chance(tmp_path / "network", seed)
    made.run()

    assert untrue_grounds(made.folder) == []
    assert {each.ground.type for each in statements_of(made.folder)} == {"law", "clause"}


def test_a_law_of_another_regime_is_seen(tmp_path: Path) -> None:
    """The check is none that always holds: one wrong row of `laws.csv` breaks it."""
    made = empty_network(tmp_path / "network")
    made.row("advertisers", "bakery")["domains"] = "listed.example"
    made.lists["eu-fsf"] = [
        {"id": "e-1", "schema": "Company", "name": "Made-up", "website": "https://listed.example", "topic": "UKR"}
    ]
    path = made.folder / "rulebook" / "laws.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("Regulation (EU) No 269/2014 | 2 | EU", "31 CFR part 589 | blocking | US"), "utf-8")
    made.run()

    assert untrue_grounds(made.folder)


def statements_of(folder: Path) -> list[StatementOfReasons]:
    return [statement_of(payload) for payload in payloads_of(folder, "statement")]
