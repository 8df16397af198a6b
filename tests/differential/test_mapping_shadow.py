"""The shadow of a mapping says what its release then does: facts made anew beside a run that decides by them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from evenhand.policy import Rulebook
from evenhand.workflows.rulebooks.shadow import shadow
from tests.networks import (
    DAY_1,
    DAY_2,
    MadeNetwork,
    approve_changes,
    free_the_list,
    full_network,
    put_under_a_law,
    quiet,
)

Key = tuple[str, str, str]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = full_network(tmp_path_factory.mktemp("networks") / "begun")
    made.run(DAY_1)
    return made


def free_the_outlets(made: MadeNetwork) -> None:
    rewrite(made, "designations.csv", lambda text: text + "house-media,typology:SC,,no\n")


def do_not_count_owners(made: MadeNetwork) -> None:
    rewrite(made, "designations.csv", lambda text: text.replace("house-sanctions,yes", "house-sanctions,no"))


def hold_the_namesakes(made: MadeNetwork) -> None:
    def change(text: str) -> str:
        entities = json.loads(text)
        for each in entities:
            if each["uid"]["id"] == "name-only-match":
                each["parents"] = []
        return json.dumps(entities)

    rewrite(made, "designations.json", change)


def leave_the_union(made: MadeNetwork) -> None:
    rewrite(made, "territories.csv", lambda text: text.replace("DE,EU,1958-01-01,", "DE,EU,1958-01-01,2026-01-01"))


def rewrite(made: MadeNetwork, name: str, change: Callable[[str], str]) -> None:
    path = made.folder / "rulebook" / name
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")


def outcomes(made: MadeNetwork) -> dict[Key, Outcome]:
    """Return what is announced of each case that was decided; what is not is allowed."""
    return {(each.party.kind, each.party.id, each.scope): each.outcome for each in made.decisions()}


@pytest.mark.parametrize(
    "edit",
    [free_the_list, put_under_a_law, free_the_outlets, do_not_count_owners, hold_the_namesakes, leave_the_union],
)
def test_who_flips_in_the_shadow_flips_in_the_run(
    begun: MadeNetwork, tmp_path: Path, edit: Callable[[MadeNetwork], None]
) -> None:
    """Recorded facts have the designations of their day: by these nobody would flip, whatever a list means now."""
    made = begun.copy(tmp_path / "network")
    before, draft = outcomes(made), begun.copy(tmp_path / "draft")
    edit(draft)

    found = shadow(made.network, Rulebook.load(draft.folder / "rulebook"), DAY_2, quiet)

    shutil.copytree(draft.folder / "rulebook", made.folder / "rulebook", dirs_exist_ok=True)
    approve_changes(made)
    made.run(DAY_2)
    after = outcomes(made)
    moved = {
        key: (before.get(key, Outcome.ALLOW), after[key])
        for key in after
        if before.get(key, Outcome.ALLOW) is not after[key]
    }
    assert {(each.party_kind, each.party_id, each.scope): (each.before, each.after) for each in found.flips} == moved
    if edit in (free_the_list, do_not_count_owners):
        assert moved
