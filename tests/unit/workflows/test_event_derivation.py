"""Events made of the ledger and of how a network is: each once, none lost, and nothing said of people but ids."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from evenhand.model.errors import HistoryConflict, NotFound
from evenhand.model.notification import EventKind
from evenhand.store.network import Network
from evenhand.workflows.erasure.erase import erase
from evenhand.workflows.notifications import derivation, derive_events, outbox_rows, outbox_state, replay
from evenhand.workflows.notifications.mail_texts import events_mail
from evenhand.workflows.notifications.outbox_place import open_outbox, outbox_path
from evenhand.workflows.notifications.state_events import reopened_matches
from evenhand.workflows.operations.ledgers import open_ledger
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.complaints import FILED, complain
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork
from tests.notifications import CRM, DESK, desk, notified, webhook
from tests.unit.workflows.test_notice_periods import STRANGER

ORIGIN = "ads.made-up.example/log"
SOON = DAY_1 + timedelta(minutes=5)


@pytest.fixture(scope="module")
def watched(begun: MadeNetwork, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run, of which events are made from now on; a test that changes it copies it."""
    made = begun.copy(tmp_path_factory.mktemp("watched") / "network")
    assert derive(made).began
    return made


@pytest.fixture
def made(watched: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    return watched.copy(tmp_path / "network")


def derive(made: MadeNetwork, at: datetime = SOON, *kinds: EventKind) -> Any:
    return derive_events(notified(made.network, webhook(events=kinds) if kinds else webhook()), at)


def bodies(network: Network) -> Iterator[dict[str, Any]]:
    """Yield what each event says, in the order in which they were made."""
    outbox = open_outbox(network.folder, ORIGIN)
    for row in sorted(outbox.newest(10_000), key=lambda each: each.number):
        yield msgspec.json.decode(row.body or b"null")
    outbox.close()


def said(made: MadeNetwork, kind: EventKind) -> list[dict[str, Any]]:
    """Return the data of each event of a kind."""
    return [each["data"] for each in bodies(made.network) if each["type"] == kind]


def test_events_begin_with_the_ledger_as_it_is(watched: MadeNetwork) -> None:
    """A webhook that is added to an old network is not sent its whole past."""
    assert outbox_state(watched.network).size == watched.size()
    assert list(bodies(watched.network)) == []


def test_a_network_that_notifies_nobody_keeps_no_outbox(begun: MadeNetwork) -> None:
    """Nothing changes for those who do not want it."""
    assert derive_events(begun.network, SOON).queued == 0
    assert not outbox_path(begun.folder).exists()
    assert (outbox_rows(begun.network), outbox_state(begun.network).waiting) == ([], 0)


def test_a_changed_decision_is_told_with_what_it_was(made: MadeNetwork) -> None:
    """Ids, scope and outcomes; who the party is stays in the network."""
    made.row("advertisers", "bakery")["name"] = "Dravik Mills"
    made.run(DAY_2)
    derive(made, DAY_2)

    told = said(made, "decision.changed")
    decision = made.last("bakery")
    assert {"decision": decision.id, "party_kind": "advertiser", "party_id": "bakery", "scope": "advertiser",
            "outcome": "hold", "was": "allow", "changed": ["outcome", "reasons", "grounds"],
            "effective_from": f"{decision.effective_from:%Y-%m-%dT%H:%M:%SZ}", "network": ORIGIN,
            "link": f"/decisions/{decision.id}"} in told  # fmt: skip
    assert {each["decision"] for each in told} == {each.id for each in made.decisions() if each.decided_at == DAY_2}


def test_what_holds_before_a_refusal_with_notice_is_told(made: MadeNetwork) -> None:
    """Who stops campaigns by events would else go on until the refusal's day."""
    made.row("advertisers", "outlet")["country"] = "de"
    made.lists["eu-fsf"] = [STRANGER]
    made.run(DAY_2)
    derive(made, DAY_2)

    (told,) = (each for each in said(made, "decision.changed") if each["party_id"] == "outlet")
    assert (told["outcome"], told["stages"]) == ("refuse", [f"hold from {DAY_2:%Y-%m-%dT%H:%M:%SZ}"])
    rows = [each for each in outbox_rows(made.network) if b'"stages"' in (each.body or b"")]
    text = events_mail(made.network.settings, desk("decision.changed"), rows).text
    assert f". Before that: hold from {DAY_2:%Y-%m-%dT%H:%M:%SZ}.\n" in text


def test_the_first_decision_of_a_case_is_told_unless_it_allows(made: MadeNetwork) -> None:
    """A network of a hundred thousand advertisers does not tell a hundred thousand times that nothing is wrong."""
    made.add("advertisers", id="new-plain", name="Quiet Grocer", domains="quiet-grocer.example")
    made.add("advertisers", id="new-held", name="Dravik Mills", domains="other-dravik.example")
    made.run(DAY_2)
    derive(made, DAY_2)

    assert [(each["party_id"], each["was"], each["outcome"]) for each in said(made, "decision.changed")] == [
        ("new-held", None, "hold")
    ]


def test_nothing_of_a_person_leaves_but_ids(made: MadeNetwork) -> None:
    """No name, website, country or finding: the receiver looks it up where it may."""
    made.add("advertisers", id="new-held", name="Dravik Mills", domains="other-dravik.example", country="QP")
    made.run(DAY_2)
    complain(made, "new-held", at=DAY_2 + timedelta(hours=1), words="My own words.")
    derive(made, DAY_2 + timedelta(hours=23))

    text = msgspec.json.encode(list(bodies(made.network))).decode().lower()
    assert len(text) > 500
    for word in ("dravik", "mills", "own words", "other-dravik", "morvane"):
        assert word not in text


def test_looking_again_makes_no_event_twice(made: MadeNetwork) -> None:
    """Also where the outbox has lost its place: the id of an event is a hash of what it is about."""
    made.row("advertisers", "bakery")["name"] = "Dravik Mills"
    made.run(DAY_2)
    first = derive(made, DAY_2).queued
    ids = [each.event for each in outbox_rows(made.network)]

    assert first > 0
    assert derive(made, DAY_2 + timedelta(minutes=1)).queued == 0
    outbox = open_outbox(made.folder, ORIGIN)
    outbox._rows("UPDATE meta SET size = 3, stamp = ''")
    outbox.close()
    derive(made, DAY_2 + timedelta(minutes=2))
    assert [each.event for each in outbox_rows(made.network) if each.event in ids] == ids
    assert len({each.event for each in outbox_rows(made.network)}) == len(outbox_rows(made.network))


def test_a_receiver_gets_what_it_asked_for(made: MadeNetwork) -> None:
    """And nothing else; two that ask for the same get the same event."""
    made.row("advertisers", "bakery")["name"] = "Dravik Mills"
    made.lists["house-media"][0]["note"] = "amended"
    made.run(DAY_2)
    network = notified(made.network, webhook(events=["list.moved"]), desk(["list.moved", "decision.changed"]))
    derive_events(network, DAY_2)

    rows = outbox_rows(network)
    assert {each.kind for each in rows if each.target == CRM} == {"list.moved"}
    assert {each.kind for each in rows if each.target == DESK} == {"list.moved", "decision.changed"}
    assert len({each.event for each in rows if each.kind == "list.moved"}) == 1


def test_a_list_that_moved_is_told_with_its_version(made: MadeNetwork) -> None:
    """Once for each version that a run recorded."""
    made.lists["house-media"][0]["note"] = "amended"
    made.run(DAY_2)
    made.run(DAY_3)
    derive(made, DAY_3)

    (told,) = said(made, "list.moved")
    assert (told["list"], told["entries"], told["published_on"]) == ("house-media", 2, "2026-01-02")
    assert (made.folder / "lists" / "house-media" / told["version"]).is_dir()
    assert told["link"] == "/lists/house-media"


def test_a_list_that_grew_old_is_told_once_and_again_after_a_newer_one(made: MadeNetwork) -> None:
    """A list that stays old does not tell of it every five minutes."""

    def network(days: int | None) -> Network:
        settings = made.network.settings
        lists = tuple(replace(each, max_age_days=days) for each in settings.lists)
        return notified(Network(made.folder, replace(settings, lists=lists)), webhook(events=["list.stale"]))

    assert derive_events(network(365), DAY_2).queued == 0
    assert derive_events(network(30), DAY_2).queued == 2
    assert derive_events(network(30), DAY_3).queued == 0
    assert {each["list"] for each in said(made, "list.stale")} == {"house-media", "house-sanctions"}

    made.lists["house-media"][0]["note"] = "amended"
    made.run(DAY_3)
    assert derive_events(network(30), DAY_3).queued == 1


def test_a_register_past_its_time_is_told_once(made: MadeNetwork) -> None:
    """It is fresh for 24 hours; the next run makes another, which can grow old again."""
    assert derive(made, DAY_2 - timedelta(seconds=1), "register.stale").queued == 0
    assert derive(made, DAY_2, "register.stale").queued == 1
    assert derive(made, DAY_2 + timedelta(hours=5), "register.stale").queued == 0
    made.run(DAY_3)
    assert derive(made, DAY_3, "register.stale").queued == 0
    assert derive(made, DAY_3 + timedelta(days=1), "register.stale").queued == 1
    assert [each["fresh_until"] for each in said(made, "register.stale")] == [
        "2026-03-03T12:00:00Z", "2026-03-05T12:00:00Z",
    ]  # fmt: skip


def test_a_register_that_cannot_be_read_keeps_no_other_event_back(made: MadeNetwork) -> None:
    """It is said, and looked at again the next time."""
    made.row("advertisers", "bakery")["name"] = "Dravik Mills"
    made.run(DAY_2)
    (made.folder / "out" / "register.evh").write_bytes(b"damaged")

    looked = derive(made, DAY_2)

    assert [each.partition(":")[0] for each in looked.problems] == ["register.stale"]
    assert said(made, "decision.changed")


def test_a_match_that_is_open_again_is_told_after_the_run_that_saw_it(made: MadeNetwork) -> None:
    """Once for what it rests on now; while the judgement holds there is nothing to tell."""
    stated = StatedJudgement("namesake", "s-mills", "not-same", "a.lee", "another company")
    judge(made.network, stated, DAY_1 + timedelta(hours=1), TOOLS, Acting("a.lee"))
    made.run(DAY_2)
    derive(made, DAY_2)
    assert said(made, "match.reopened") == []

    made.row("advertisers", "namesake")["name"] = "Dravik Mills Ltd"
    made.run(DAY_3)
    derive(made, DAY_3)
    derive(made, DAY_3 + timedelta(hours=1))

    (told,) = said(made, "match.reopened")
    assert (told["party_id"], told["list"], told["entity"]) == ("namesake", "house-sanctions", "s-mills")
    assert (told["verdict"], told["changed"]) == ("not-same", ["party name"])
    assert told["link"] == "/parties/advertiser/namesake"


def test_what_the_last_run_saw_is_looked_at_once_and_again_only_where_that_failed(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds in a large network; a disk that fails once must not hide a match until the next run."""
    looks = [0]

    def look(*arguments: Any) -> Iterator[Any]:
        looks[0] += 1
        if looks[0] == 1:
            raise OSError("disk")
        return reopened_matches(*arguments)

    monkeypatch.setattr(derivation, "reopened_matches", look)
    made.run(DAY_2)

    problems = [derive(made, DAY_2 + timedelta(minutes=minute)).problems for minute in range(4)]

    assert problems == [("match.reopened: disk",), (), (), ()]
    assert looks == [2]


def test_a_complaint_and_its_deadlines_are_told(made: MadeNetwork) -> None:
    """Near is the last quarter of the time, two days at most; a deadline that was met is near no more."""
    complaint = complain(made)
    derive(made, FILED + timedelta(hours=1))
    (filed,) = said(made, "complaint.filed")
    assert (filed["complaint"], filed["party_id"], filed["decision"]) == (
        complaint.id, "namesake", made.last("namesake").id,
    )  # fmt: skip

    assert said(made, "clock.near") == []
    admit_by = complaint.deadlines[-1].due_at
    derive(made, admit_by - timedelta(hours=60))
    assert said(made, "clock.near") == []
    derive(made, admit_by - timedelta(hours=40))
    derive(made, admit_by - timedelta(hours=1))
    derive(made, admit_by + timedelta(hours=1))

    assert [(each["clock"], each["late"], each["complaint"]) for each in said(made, "clock.near")] == [
        ("admit", False, complaint.id)
    ]


def test_a_deadline_that_nobody_saw_coming_is_told_as_late(made: MadeNetwork) -> None:
    """The process that looks may have been down for a week."""
    complaint = complain(made)
    derive(made, complaint.deadlines[-1].due_at + timedelta(days=1))

    assert [each["late"] for each in said(made, "clock.near")] == [True]


def test_deadlines_from_before_events_began_are_told_too(begun: MadeNetwork, tmp_path: Path) -> None:
    """They are how the network is now."""
    made = begun.copy(tmp_path / "network")
    complaint = complain(made)

    derive(made, complaint.deadlines[-1].due_at - timedelta(hours=1))

    assert [each["type"] for each in bodies(made.network)] == ["register.stale", "clock.near"]


def test_an_erased_entry_makes_no_event_and_takes_back_one_that_waits(made: MadeNetwork) -> None:
    """Nothing in the outbox names the party afterwards."""
    made.add("advertisers", id="unmistakable", name="Dravik Mills", domains="unmistakable.example")
    made.run(DAY_2)
    derive(made, DAY_2)
    (told,) = said(made, "decision.changed")
    event = outbox_rows(made.network)[-1].event

    erase(made.folder, [], DAY_2, basis="GDPR Art. 17", by="dpo", subject="unmistakable", lift=True)

    assert told["party_id"] == "unmistakable"
    assert b"unmistakable" not in outbox_path(made.folder).read_bytes()
    assert outbox_state(made.network).waiting == sum(each.event != event for each in outbox_rows(made.network))
    with pytest.raises(NotFound, match="nothing to send once more"):
        replay(made.network, event)
    assert derive(made, DAY_2 + timedelta(hours=1)).problems == ()


def test_a_ledger_that_is_older_than_the_outbox_is_refused(made: MadeNetwork, tmp_path: Path) -> None:
    """Events of records that are gone may have been sent: a person has to look."""
    old = shutil.copytree(made.folder / "ledger", tmp_path / "old")
    made.row("advertisers", "bakery")["name"] = "Dravik Mills"
    made.run(DAY_2)
    derive(made, DAY_2)
    for name in ("ledger", "state", "out"):
        (made.folder / name).rename(tmp_path / name)
    old.rename(made.folder / "ledger")

    with pytest.raises(HistoryConflict, match="read further than this ledger goes"):
        derive(made, DAY_2)


def test_no_lock_of_the_ledger_is_taken(made: MadeNetwork) -> None:
    """A run may be under way."""
    with open_ledger(made.folder / "ledger"):
        assert derive(made, DAY_1 + timedelta(minutes=9)).problems == ()
