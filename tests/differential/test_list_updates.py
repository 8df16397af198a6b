"""Fetching what changed, beside fetching everything: the same versions come into force."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.lists import Versions
from evenhand.lists.downloads import HttpClient, HttpResponse
from evenhand.lists.updates import update
from evenhand.model.network import FetchSection, ListSource
from tests.unit.lists.made import made

FILES = made("ofac-sdn").files
NAMES = tuple(FILES)
SOURCE = ListSource(key="ofac-sdn", url=tuple(f"https://lists.example/{name}" for name in NAMES))
AT = datetime(2026, 1, 2, tzinfo=UTC)

# What stands in each file from one publication to the next: as it was, a blank line more (the same entries), or cut.
STATES = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(["as it was", "longer", "cut"]) for name in NAMES}), max_size=4
)


class Server:
    """A server of the made list; only one that knows conditions answers that nothing is new."""

    def __init__(self, *, conditions: bool) -> None:
        self.conditions = conditions
        self.states = dict.fromkeys(NAMES, "as it was")
        self.sent = 0

    def get(self, url: str, headers: Mapping[str, str]) -> HttpResponse:
        name = url.rpartition("/")[2]
        state, data = self.states[name], FILES[name]
        if self.conditions and headers.get("If-None-Match") == state:
            return HttpResponse(304, {}, b"")
        self.sent += 1
        body = {"as it was": data, "longer": b"\r\n" + data, "cut": data[: len(data) // 2]}[state]
        return HttpResponse(200, {"etag": state}, body)


@given(STATES)
@settings(max_examples=25)
def test_asking_by_condition_keeps_the_same_versions_as_asking_for_everything(states: list[dict[str, str]]) -> None:
    """Files taken from the version in force must be those that the server would have sent."""
    outcomes = []
    for conditions in (True, False):
        server = Server(conditions=conditions)
        web = HttpClient(server.get, lambda _: None, lambda: 0.0, FetchSection())
        with TemporaryDirectory() as folder:
            seen = []
            for state in ({}, *states):
                server.states |= state
                news = update(SOURCE, Versions(Path(folder)), web, AT)
                seen.append((news.status, news.version, news.problem))
            outcomes.append(seen)
        assert conditions or server.sent == len(NAMES) * (len(states) + 1)

    assert outcomes[0] == outcomes[1]
