"""Times that go back in a ledger: an act of a person is refused one, and whatever bears one is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.errors import NotPermitted
from evenhand.model.log import DatedBack
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.people.signature_checks import verify_with_signatures
from evenhand.workflows.queries.checkup import Machine, examine
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.commands import evenhand
from tests.networks import DAY_1, TOOLS, MadeNetwork
from tests.people import acting, write_staff

RUN_AT, BETWEEN, JUDGED_AT = DAY_1 + timedelta(hours=1), DAY_1 + timedelta(hours=2), DAY_1 + timedelta(hours=3)


@pytest.fixture
def made(begun: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return begun.copy(tmp_path / "network")


def judged(made: MadeNetwork, who: Acting, at: object) -> None:
    stated = StatedJudgement("namesake", "s-mills", "not-same", who.person, "founded elsewhere")
    judge(made.network, stated, at, TOOLS, who)  # type: ignore[arg-type]


def test_a_run_that_is_dated_back_makes_no_room_for_an_act_that_is(made: MadeNetwork) -> None:
    """The newest time of all records counts, not that of the last: who left could sign by a day before."""
    write_staff(made.folder)
    judged(made, acting("ana"), JUDGED_AT)
    made.run(RUN_AT)

    with pytest.raises(NotPermitted, match=r"dated before a record of the ledger.*rule time"):
        judged(made, acting("ben"), BETWEEN)
    judged(made, acting("ben"), JUDGED_AT + timedelta(minutes=1))


def test_records_that_are_dated_back_are_named_by_verify_and_doctor(made: MadeNetwork) -> None:
    """In one line, and nothing is wrong with the ledger: the order counts."""
    assert verify_with_signatures(made.folder).dated_back is None
    judged(made, Acting("ana"), JUDGED_AT)
    seq = made.size()
    judged(made, Acting("ben"), BETWEEN)

    report = verify_with_signatures(made.folder)
    lines = evenhand("ledger", "verify", made.folder).out.splitlines()
    advice = examine(made.folder, Machine(JUDGED_AT, 1 << 40, {}, {}))

    sentence = (f"1 record is dated before one that precedes it: entry {seq} is of {BETWEEN:%Y-%m-%dT%H:%MZ},"
                f" after one of {JUDGED_AT:%Y-%m-%dT%H:%MZ}")  # fmt: skip
    assert report.ok
    assert report.dated_back == DatedBack(
        records=1, first=seq, at=f"{BETWEEN:%Y-%m-%dT%H:%MZ}", preceded_by=f"{JUDGED_AT:%Y-%m-%dT%H:%MZ}"
    )
    assert f"Dated back: {sentence}. The order of the ledger counts." in lines
    assert [(each.level, each.what) for each in advice if each.area == "clock"] == [("warning", sentence)]
