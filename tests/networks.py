"""A tiny made-up network in a folder of the test: tables and lists as rows, edited and run like a real one."""

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from evenhand.gate.registers.plain_form import decode_register
from evenhand.intake import Tables, read_tables
from evenhand.model.decision import DecidedBy, Decision
from evenhand.model.register import RegisterHead, RegisterRow
from evenhand.model.run import RunReport
from evenhand.policy import Rulebook
from evenhand.store.network import Network, read_network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.store.tables import read_parquet
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.operations import create_ledger, open_ledger
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.rulebooks import release
from evenhand.workflows.rulebooks.release import due_difference
from evenhand.workflows.run import Tools, run
from evenhand.workflows.run.table_sizes import MAY_SHRINK
from tests.suffixes import SUFFIXES

Row = dict[str, str]

DAY_1 = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY_2 = DAY_1 + timedelta(days=1)
DAY_3 = DAY_1 + timedelta(days=2)
BY = DecidedBy(kind="run", id="evenhand test")

# The columns of each table and of a house list, as their files' headings have them.
_LIST = (
    "id schema name alias country website account registration_number jurisdiction birth_date topic since until note"
)
_COLUMNS = {
    "advertisers": "id name alias schema country birth_date domains accounts bundles seats identifiers payer_id agency "
    "first_seen prepaid verification verified_until media_sections media_control media_taxpayer_funded "
    "media_editorially_independent media_source circumvention_confirmed_by",
    "payers": "id name country domains identifiers verification",
    "ownership": "owner owned share kind as_of until confirmed_by owner_name owner_country",
    "campaigns": "id advertiser_id payer_id status starts ends territories political content landing_url budget spent",
    "creatives": "id campaign_id language media_sha256",
    "votes": "territory first_day last_day union_wide_rules",
}
_SETTINGS = {
    "network": {"name": "Made-up", "origin": "ads.made-up.example/log", "zone": "Europe/Berlin", "currency": "EUR",
                "territories": ["DE", "IE"]},
    "intake": {name: f"data/{name}.csv" for name in _COLUMNS} | {"max_refused_share": "0.2"},
    "intake.absent": {"payer": "undisclosed", "political": "no"},
    "rulebook": {"path": "rulebook", "historic": False},
    "ownership": {"rule": "aggregate_50"},
    "gate": {"unknown": "allow", "missing": "hold", "malformed": "hold", "mismatch": "note", "stale": "last",
             "fresh_for_hours": 24},
    "gate.political_categories": {"1": []},
    "reasons": {"language": "en", "policy_name": "Rules", "policy_url": "https://made-up.example/rules",
                "complaint_url": "https://made-up.example/complaints", "complaint_months": 6,
                "out_of_court": "You can go to a certified body.", "judicial": "You can go to court."},
}  # fmt: skip

# One more rule for a rulebook, of any condition on the principal.
MADE_UP_RULE = """
@id("made-up-rule")
@title("A made-up rule")
@why("It is made up.")
@verdict("refuse")
@ground("contract")
@notice_days("0")
@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")
@effective_from("2017-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action in [Action::"buy", Action::"serve"], resource)
when {{ {condition} }};
"""


def quiet(stage: str, done: int, total: int) -> None:
    """Show no progress."""


# Made-up lists and tables are edited as a test needs it: that entries are gone is meant, unless a test says otherwise.
LISTS = frozenset({"house-media", "house-sanctions"})
TOOLS = Tools(SUFFIXES, bytes, 5.0, quiet, accept_lists=LISTS, accept_tables=frozenset(MAY_SHRINK))


@dataclass
class MadeNetwork:
    """A network that a test edits row by row; `write` puts what it says on disk, `run` does so first."""

    folder: Path
    tables: dict[str, list[Row]]
    lists: dict[str, list[Row]]
    settings: dict[str, dict[str, Any]] = field(default_factory=lambda: {k: dict(v) for k, v in _SETTINGS.items()})

    def row(self, table: str, row_id: str) -> Row:
        """Return the row of a table or list with this id (its owner, for ownership) to be edited in place."""
        return next(each for each in self._rows(table) if row_id in (each.get("id"), each.get("owner")))

    def add(self, table: str, **cells: str) -> None:
        """Add a row to a table or list."""
        self._rows(table).append(cells)

    def drop(self, table: str, row_id: str) -> None:
        """Take a row out of a table or list."""
        self._rows(table).remove(self.row(table, row_id))

    def _rows(self, table: str) -> list[Row]:
        return self.tables[table] if table in self.tables else self.lists[table]

    def edit_rules(self, change: Callable[[str], str], *, historic: bool = False) -> None:
        """Write the rulebook anew as `change` makes it, without its tests, and let two approve what it changes.

        A historic one is no release: it may be of any kind.
        """
        folder = self.folder / "rulebook"
        older = Rulebook.load(folder, historic=True)
        path = folder / "house.cedar"
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        shutil.rmtree(folder / "tests", ignore_errors=True)
        self.settings["rulebook"]["historic"] = historic
        if historic:
            return
        newer = Rulebook.load(folder, historic=True)
        difference = release._difference(older, newer, f"{DAY_1:%Y-%m-%d}")
        approval = f'diff = "{difference}"\napproved_by = ["A. Made-up", "B. Made-up"]\n'
        (folder / "release.toml").write_text(approval, "utf-8")

    def begin_again(self) -> None:
        """Start a new log, of which nothing is known: no rulebook was released in it."""
        for name in ("ledger", "state", "out", "snapshots"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        create_ledger(self.folder / "ledger", "ads.made-up.example/log", draw=lambda size: b"\7" * size)

    def write(self) -> None:
        """Put settings, tables and lists on disk."""
        for name, rows in self.tables.items():
            _write(self.folder / "data" / f"{name}.csv", _COLUMNS[name], rows)
        for key, rows in self.lists.items():
            _write(self.folder / "lists-in" / f"{key}.csv", _LIST, rows)
        (self.folder / "evenhand.toml").write_text("".join(self._toml()), "utf-8")

    def _toml(self) -> Iterator[str]:
        for key in self.lists:
            yield f'[[list]]\nkey = "{key}"\npath = "lists-in/{key}.csv"\npublished_on = 2026-01-02\n'
        for section, values in self.settings.items():
            yield f"[{section}]\n"
            yield from (f"{key} = {msgspec.json.encode(value).decode()}\n" for key, value in values.items())

    @property
    def network(self) -> Network:
        """Return the network as the command line reads it."""
        return read_network(self.folder)

    def run(self, at: datetime = DAY_1, tools: Tools = TOOLS) -> RunReport:
        """Write everything and run."""
        self.write()
        return run(self.network, at, BY, tools)

    def copy(self, folder: Path) -> "MadeNetwork":
        """Return a network that goes on from here in another folder."""
        shutil.copytree(self.folder, folder)
        return MadeNetwork(
            folder,
            {name: [dict(row) for row in rows] for name, rows in self.tables.items()},
            {key: [dict(row) for row in rows] for key, rows in self.lists.items()},
            {section: dict(values) for section, values in self.settings.items()},
        )

    def payloads(self, kind: str | None = None) -> list[bytes]:
        """Return the payloads in the ledger, in order."""
        return payloads_of(self.folder, kind)

    def size(self) -> int:
        """Return the number of entries in the ledger."""
        return len(self.payloads())

    def decisions(self) -> list[Decision]:
        """Return every decision in the ledger that was not erased, in order."""
        return [decision_of(payload) for payload in self.payloads("decision") if payload]

    def last(self, party: str, scope: str = "advertiser") -> Decision:
        """Return the newest decision about a party in this scope."""
        return [each for each in self.decisions() if (each.party.id, each.scope) == (party, scope)][-1]

    def register(self) -> tuple[RegisterHead, dict[str, RegisterRow]]:
        """Return the head of the register and its rows by party id."""
        path = self.folder / "out" / "register.jsonl"
        head, rows = decode_register(path.read_bytes().split(b"\n"), path)
        return head, {row.id: row for row in rows}

    def in_force(self) -> list[tuple[Any, ...]]:
        """Return the rows of `decisions.parquet`."""
        return read_parquet(self.folder / "out" / "decisions.parquet")


def empty_network(folder: Path) -> MadeNetwork:
    """Return a network with an empty ledger, the house rulebook, no row and two empty lists."""
    for name in ("data", "lists-in"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(shipped_rulebook("house"), folder / "rulebook")
    create_ledger(folder / "ledger", "ads.made-up.example/log", draw=lambda size: b"\7" * size)
    made = MadeNetwork(folder, {name: [] for name in _COLUMNS}, {"house-media": [], "house-sanctions": []})
    made.add("advertisers", id="bakery", name="Morning Crust Bakery", domains="morning-crust.example", country="DE")
    made.add("house-media", id="m-none", schema="Organization", name="Quillmark Gazette", topic="typology:IP")
    made.add("house-sanctions", id="s-none", schema="Company", name="Ozmerel Vantrik Foundry", topic="made-up")
    return made


def full_network(folder: Path) -> MadeNetwork:
    """Return a network in which every kind of outcome and finding occurs once; all names are made up."""
    made = empty_network(folder)
    sanctions = {"schema": "Company", "country": "qp", "topic": "made-up"}
    made.add("house-sanctions", id="s-morvane", name="Morvane Holding", website="https://morvane.example", **sanctions)
    made.add("house-sanctions", id="s-tulq", name="Tulquist Capital", website="https://tulquist.example", **sanctions)
    made.add("house-sanctions", id="s-mills", name="Dravik Mills", **sanctions)
    made.add("house-sanctions", id="s-ferro", name="Ferrolit Export", website="https://ferrolit.example", **sanctions)
    made.add("house-media", id="m-tele", schema="Organization", name="Vessari Telewave", country="qm",
             website="https://telewave.example", topic="typology:SC")  # fmt: skip
    made.add("advertisers", id="frozen", name="Harbour Lane Parts", domains="ferrolit.example", prepaid="19.50")
    made.add("advertisers", id="namesake", name="Dravik Mills", domains="dravik-bread.example", agency="Agency One")
    made.add("advertisers", id="outlet", name="Vessari Telewave", domains="telewave.example", prepaid="250.00",
             verification="register", bundles="example.telewave")  # fmt: skip
    made.add("advertisers", id="owned", name="Calvado Cement", domains="calvado.example", payer_id="plain")
    made.add("advertisers", id="minor", name="Ilverton Timber", domains="ilverton.example")
    made.add("advertisers", id="civic", name="Clear Water Circle", domains="clear-water.example", country="IE",
             verification="document", first_seen="2020-01-01")  # fmt: skip
    made.add("payers", id="morvane", name="Morvane Holding", domains="morvane.example", country="QP")
    made.add("payers", id="tulquist", name="Tulquist Capital", domains="tulquist.example", country="QP")
    made.add("payers", id="plain", name="Plain Payer", verification="register")
    made.add("ownership", owner="morvane", owned="owned", share="30 %", kind="ownership")
    made.add("ownership", owner="tulquist", owned="owned", share="25 %", kind="ownership")
    made.add("ownership", owner="tulquist", owned="minor", share="49 %", kind="ownership")
    made.add("campaigns", id="c-outlet", advertiser_id="outlet", payer_id="outlet", budget="100", spent="40")
    made.add("campaigns", id="c-owned", advertiser_id="owned", payer_id="plain", budget="10", spent="1")
    made.add("campaigns", id="c-civic", advertiser_id="civic", payer_id="civic", political="yes", content="political")
    made.add("campaigns", id="c-hidden", advertiser_id="bakery", payer_id="", territories="IE")
    made.add("campaigns", id="c-bakery", advertiser_id="bakery", payer_id="bakery", content="commercial")
    made.add("creatives", id="cr-1", campaign_id="c-bakery", language="de")
    made.add("votes", territory="EU", first_day="2026-05-10", last_day="2026-05-10", union_wide_rules="yes")
    return made


def put_under_a_law(made: MadeNetwork) -> None:
    """Let the house's list stand for one that a binding law names."""
    path = made.folder / "rulebook" / "designations.csv"
    path.write_text(path.read_text("utf-8").replace("house-sanctions,*,house-sanctions", "house-sanctions,*,eu-fsf"))


def name_a_law(made: MadeNetwork) -> None:
    """Let a law that does not bind the network name the house's list."""
    path = made.folder / "rulebook" / "laws.csv"
    path.write_text(path.read_text("utf-8") + "house-sanctions,*,US,31 CFR 501 | 404 | US,made up\n", "utf-8")


def free_the_list(made: MadeNetwork) -> None:
    """Let the house's sanctions list mean nothing: one row of `designations.csv`."""
    path = made.folder / "rulebook" / "designations.csv"
    rows = path.read_text("utf-8").splitlines()
    freed = ["house-sanctions,*,,no" if each.startswith("house-sanctions,*,") else each for each in rows]
    assert freed != rows
    path.write_text("\n".join((*freed, "")), "utf-8")


def approve_changes(made: MadeNetwork, *names: str) -> None:
    """Let two (or these) approve what the rulebook says otherwise than the one that was released last."""
    with read_ledger(made.network.ledger) as ledger:
        difference = due_difference(made.network, ledger, DAY_1)
    approved_by = msgspec.json.encode(names or ("A. Made-up", "B. Made-up")).decode()
    text = f'diff = "{difference}"\napproved_by = {approved_by}\n'
    (made.folder / "rulebook" / "release.toml").write_text(text, "utf-8")


def tables_of(network: Network) -> Tables:
    """Return the tables of a network as a run reads them."""
    settings = network.settings
    return read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, SUFFIXES)


def payloads_of(folder: Path, kind: str | None = None) -> list[bytes]:
    """Return the payloads in the ledger of a network's folder, in order."""
    with open_ledger(folder / "ledger") as ledger:
        return [payload or b"" for _, _, payload in ledger.entries(kind)]


def _write(path: Path, columns: str, rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns.split(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
