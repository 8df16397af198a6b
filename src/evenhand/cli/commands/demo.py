"""The sample network: built from what ships with the package, and run at its three instants."""

import shutil
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from evenhand.cli.commands.demo_open_work import add_open_work, bring_later_inputs, export_block_list
from evenhand.cli.commands.influence_pages import write_pages
from evenhand.cli.common import PROGRAM
from evenhand.model.decision import DecidedBy
from evenhand.model.errors import BadInput
from evenhand.model.run import RunReport
from evenhand.render.audit_page import write_audit
from evenhand.render.report import ReportPage
from evenhand.store.network import SETTINGS_FILE, read_network
from evenhand.store.shipped_rulebooks import shipped_rulebook
from evenhand.workflows.audit.audit_plan import register_plan
from evenhand.workflows.audit.audit_run import run_audit, write_plan
from evenhand.workflows.operations import create_ledger
from evenhand.workflows.run import Tools, run

HISTORIC, HOUSE = "two-names-2017", "house"

# The instants of `pipeline.md` §13, and the rulebook in force at each.
INSTANTS = (
    (datetime(2017, 10, 26, 12, tzinfo=UTC), HISTORIC),
    (datetime(2019, 8, 19, 12, tzinfo=UTC), HOUSE),
    (datetime(2026, 11, 2, 12, tzinfo=UTC), HOUSE),
)


def build_demo(folder: Path) -> None:
    """Copy the sample network into `folder` and give it an empty ledger; an earlier demo there is replaced.

    Raises:
        BadInput: the folder holds something else.
    """
    with as_file(files("evenhand.cli").joinpath("sample")) as sample:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not _is_demo(folder, sample):
            raise BadInput("the folder is not empty and holds no demo", where=folder, todo="choose another folder")
        # Built and removed beside it: stopped anywhere, there is a whole demo or none, and the next call goes on.
        folder.parent.mkdir(parents=True, exist_ok=True)
        building, former = (folder.with_name(f".{folder.name}.{word}") for word in ("building", "former"))
        for left in (building, former):
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(sample, building, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for name in (HISTORIC, HOUSE):
        shutil.copytree(shipped_rulebook(name), building / "rulebooks" / name)
    create_ledger(building / "ledger", read_network(building).settings.network.origin)
    if folder.exists():
        folder.rename(former)
    building.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


def run_demo(folder: Path, tools: Tools) -> list[RunReport]:
    """Build the sample network and run it at its three instants; return what each run did.

    Afterwards at least one task of each kind is open.
    """
    build_demo(folder)
    reports = []
    for number, (at, rulebook) in enumerate(INSTANTS):
        use_inputs(folder, number)
        use_rulebook(folder, rulebook)
        network, page = read_network(folder), ReportPage()
        reports.append(run(network, at, DecidedBy(kind="run", id=PROGRAM), replace(tools, show=page.add)))
        if (network.out / "influence").exists():
            write_pages(network, at)
        page.write(reports[-1], network.out / "report.html")
    add_open_work(folder, INSTANTS[-1][0], tools)
    return reports


def use_inputs(folder: Path, number: int) -> None:
    """Make the sample's files what they were at an instant: before the last one a list was exported, and some changed.

    `number` counts the instants from 0; each is called once, in order.
    """
    if number == len(INSTANTS) - 1:
        export_block_list(folder, INSTANTS[number - 1][0] + timedelta(hours=1))
        bring_later_inputs(folder)


def use_rulebook(folder: Path, name: str) -> None:
    """Let the sample's settings name another of its rulebooks, as a person would edit the file."""
    path = folder / SETTINGS_FILE
    text = path.read_text(encoding="utf-8")
    for known in (HISTORIC, HOUSE):
        text = text.replace(f'path = "rulebooks/{known}"', f'path = "rulebooks/{name}"')
    was, becomes = (str(flag).lower() for flag in (name != HISTORIC, name == HISTORIC))
    path.write_text(text.replace(f"historic = {was}", f"historic = {becomes}"), encoding="utf-8")


def audit_demo(folder: Path, tools: Tools) -> None:
    """Register a plan in the sample network and audit it by that, hours after its last run and what people did then."""
    network, at = read_network(folder), INSTANTS[-1][0] + timedelta(hours=4)
    write_plan(network, register_plan(network, at, tools).plan)
    done = run_audit(network, at, tools, exploratory=False)
    write_audit(done.report, network.settings.network.name, network.out / "audit")


def where_to_look(folder: Path) -> tuple[str, ...]:
    """Return what a person can open and try next."""
    return (
        "",
        "Where to look",
        f"  {folder}/out/report.html                      the whole run on one page",
        f"  evenhand explain {folder} rt                  one case: findings, rule, plan, receipt",
        f"  evenhand reasons show {folder} rt             the letter",
        f"  evenhand tasks {folder}                       what waits for people: a task of each kind",
        f"  evenhand gate check --register {folder} --adomain www.rt.com --at 2026-11-02T13:00:00Z",
        f"  evenhand ledger verify {folder}               nothing was changed",
        f"  evenhand influence show {folder}              who acts as one and did not declare it?",
        f"  {folder}/out/audit/report.html                were equals treated equally?",
        f"  evenhand serve {folder}                       the same in a browser, http://127.0.0.1:8971",
    )  # fmt: skip


def _is_demo(folder: Path, sample: Path) -> bool:
    """Return whether the folder's settings are those of the sample; nothing else is ever deleted."""
    try:
        ours, theirs = (
            tomllib.loads((each / SETTINGS_FILE).read_text(encoding="utf-8-sig"))["network"]
            for each in (sample, folder)
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return False
    return msgspec.json.encode(ours) == msgspec.json.encode(theirs)
