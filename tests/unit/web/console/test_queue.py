"""The queue: what is shown of which tasks, and what is done with several."""

import pytest

from evenhand.web.console.console import Console
from tests.unit.web.console.clients import Browser, browser


def ids(page: str) -> list[str]:
    """Return the tasks that a page lists, in its order."""
    return [each.partition('"')[0] for each in page.split('name="task" value="')[1:]]


def test_the_queue_has_every_waiting_task_the_most_urgent_first(ana: Browser, console: Console) -> None:
    """What the command line lists, in its order."""
    assert ids(ana.get("/tasks").text) == [each.id for each in console.board().unanswered]


@pytest.mark.parametrize("kind", ["match", "hold", "finding"])
def test_a_kind_is_a_link_with_its_number_and_shows_those_alone(ana: Browser, console: Console, kind: str) -> None:
    """A filter is an address that can be sent to a colleague."""
    of_kind = [each.id for each in console.board().unanswered if each.kind == kind]

    page = ana.get(f"/tasks?kind={kind}").text

    assert ids(page) == of_kind
    assert f'<span class="quiet">{len(of_kind)}</span>' in page


def test_tasks_are_put_in_order_by_what_is_at_stake(ana: Browser, console: Console) -> None:
    """Both ways, by the heading."""
    stake = {each.id: each.not_spent_micros for each in console.board().unanswered}

    for sort in ("stake", "-stake"):
        shown = [stake[each] for each in ids(ana.get(f"/tasks?sort={sort}").text)]
        assert shown == sorted(stake.values(), reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    "query", ["kind=none", "sort=none", "state=none", "skip=x", "skip=-1", "who=%00", "skip=99999999999"]
)
def test_an_address_that_nobody_links_to_is_no_error(ana: Browser, query: str) -> None:
    """A value that is not known counts as not given."""
    assert ana.get(f"/tasks?{query}").status_code == 200


def test_a_filter_of_law_party_and_day_leaves_what_is_like_that(ana: Browser, console: Console) -> None:
    """Each by what the task itself says."""
    tasks = console.board().unanswered
    party = tasks[0].concerned[0].id

    assert ids(ana.get("/tasks?law=1").text) == [each.id for each in tasks if each.law]
    assert ids(ana.get("/tasks?day=due").text) == [each.id for each in tasks if each.due]
    about = ids(ana.get(f"/tasks?party={party}").text)
    assert tasks[0].id in about
    assert len(about) < len(tasks)


def test_what_is_typed_as_a_party_is_shown_as_text(ana: Browser) -> None:
    """Markup in an address stays text."""
    page = ana.get("/tasks?party=%3Cscript%3Ealert(1)%3C/script%3E").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_search_is_saved_for_who_saved_it(console: Console, ana: Browser) -> None:
    """A name leads to the same filters; others have their own."""
    ana.send_form("/tasks/searches?kind=match&law=1", "/tasks", name="Matches <b> by law")

    page = ana.get("/tasks").text
    assert 'href="/tasks?kind=match&amp;law=1">Matches &lt;b&gt; by law</a>' in page
    assert "by law</a>" not in browser(console, "ben").get("/tasks").text
    ana.send_form("/tasks/searches", "/tasks", name="Matches <b> by law", do="delete")
    assert "by law</a>" not in ana.get("/tasks").text


def test_a_search_without_a_name_is_refused(ana: Browser) -> None:
    """With what was expected."""
    answer = ana.send_form("/tasks/searches", "/tasks", name="  ")

    assert answer.status_code == 400  # type: ignore[attr-defined]  # an answer of the client
    assert "1 to 60 characters" in answer.text  # type: ignore[attr-defined]


def test_the_numbers_of_each_kind_are_a_page(ana: Browser) -> None:
    """As `evenhand tasks --numbers`."""
    page = ana.get("/tasks/numbers").text

    assert "Median age" in page
    assert 'href="/tasks?kind=match"' in page


def test_several_tasks_are_claimed_at_once_and_one_that_cannot_be_is_said(written: Console) -> None:
    """Each is a record of its own; the others are done all the same."""
    ana, ben = browser(written, "ana"), browser(written, "ben")
    first, second, third = (each.id for each in written.board().unanswered[:3])
    ben.send_form("/tasks/act", "/tasks", one=second)

    token = {"token": ana.get("/tasks").text.split('name="token" value="')[1].partition('"')[0]}
    answer = ana.post("/tasks/act?law=", data=token | {"task": [first, second, third], "do": "claim"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/tasks")
    page = ana.get("/tasks").text
    assert "2 tasks claimed; 1 task not: task" in page
    assert "`evenhand" not in page
    claimed = {each.id: each.claimed_by for each in written.board().unanswered if each.state == "claimed"}
    assert claimed == {first: "ana", second: "ben", third: "ana"}
    assert [each.event.by for each in written.board().events[third]] == ["ana"]


def test_tasks_are_assigned_to_somebody_of_the_staff(written: Console) -> None:
    """And are then theirs, in their own queue."""
    ana, last = browser(written, "ana"), written.board().unanswered[-1].id

    ana.send_form("/tasks/act", "/tasks", task=last, do="assign", person="rob")

    assert ids(browser(written, "rob").get("/tasks?who=mine").text) == [last]
    assert last not in ids(ana.get("/tasks?who=nobody").text)


def test_an_auditor_reads_the_queue_and_cannot_claim(written: Console) -> None:
    """The staff's rules say it."""
    auditor, task = browser(written, "aud"), written.board().unanswered[-2].id

    refused = auditor.send_form("/tasks/act", "/tasks", one=task)

    assert refused.status_code == 403
    assert "is not for the role auditor" in refused.text
    assert written.board().find(task).state == "open"


def test_matches_of_one_entry_are_answered_at_once_after_a_sample(written: Console) -> None:
    """Who answers has seen the sample that the answer names."""
    ana = browser(written, "ana")
    match = next(
        each.matches[0] for each in written.board().unanswered
        if each.kind == "match" and each.state == "open" and not each.law
    )  # fmt: skip
    path = f"/tasks/not-same?entry={match.list}%23{match.entity_id}"
    page = ana.get(path).text
    assert "drawn by a hash" in page
    sampled = page.split('name="sampled" value="')[1].partition('"')[0]

    late = ana.send_form(path, path, why="another company", sampled="00000000")
    assert late.status_code == 409  # type: ignore[attr-defined]  # an answer of the client
    assert "another company" in late.text  # type: ignore[attr-defined]
    unseen = ana.send_form(path, path, why="another company")
    assert unseen.status_code == 400  # type: ignore[attr-defined]
    done = ana.send_form(path, path, why="another company", sampled=sampled)

    assert done.status_code == 303  # type: ignore[attr-defined]
    assert "answered" in ana.get("/tasks").text


def test_a_bulk_answer_about_nothing_is_a_page_that_says_so(ana: Browser) -> None:
    """Of an entry that nobody matches, and of none at all."""
    assert ana.get("/tasks/not-same?entry=house-sanctions%23none").status_code == 404
    assert ana.get("/tasks/not-same").status_code == 400
