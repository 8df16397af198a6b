"""One file fetched, by answers written down: redirects, patience, unpacking, and an end to each."""

import gzip
from collections.abc import Mapping
from typing import Any

import pytest

from evenhand.lists.downloads import HttpClient, HttpResponse, fetch, public_url
from evenhand.model.errors import ListUnreadable
from evenhand.model.network import FetchSection
from tests.each_case import each_case

URL = "https://lists.example/a/list.csv?token=secret"
LIST = b"id,name\n"
GONE_WRONG = OSError("silent for 30 s")


class Outside:
    """A world of answers written down: what was asked, and for how long somebody slept, is remembered."""

    def __init__(self, *answers: HttpResponse | Exception, chance: float = 0.0, **limits: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.slept: list[float] = []
        self.web = HttpClient(self.get, self.slept.append, lambda: chance, FetchSection(**limits))

    def get(self, url: str, headers: Mapping[str, str]) -> HttpResponse:
        self.asked.append((url, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetch(self, headers: Mapping[str, str] | None = None) -> HttpResponse:
        return fetch(URL, headers or {}, self.web)

    def refusal(self) -> str:
        with pytest.raises(ListUnreadable) as caught:
            self.fetch()
        assert "secret" not in str(caught.value)
        return str(caught.value)


def ok(body: bytes = LIST, **headers: str) -> HttpResponse:
    return HttpResponse(200, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def moved(location: str, code: int = 302) -> HttpResponse:
    return HttpResponse(code, {"location": location}, b"")


def status(code: int, **headers: str) -> HttpResponse:
    return HttpResponse(code, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def test_a_file_that_is_there_is_asked_for_once() -> None:
    """No attempt and no wait more than needed."""
    outside = Outside(ok())

    assert outside.fetch({"If-None-Match": "1"}).body == LIST
    assert outside.asked == [(URL, {"If-None-Match": "1"})]
    assert outside.slept == []


def test_nothing_new_is_an_answer_only_to_a_condition() -> None:
    """A server that says so unasked is broken."""
    assert Outside(status(304)).fetch({"If-None-Match": "1"}).status == 304
    assert "list.csv: status 304; expected 200" in Outside(status(304)).refusal()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_the_same_headers(code: int) -> None:
    """Publishers move files to other hosts, which the settings name; a relative address is beside the old one."""
    outside = Outside(moved("b c.csv", code), moved("//files.example/x", code), ok(), redirect_hosts=("files.example",))

    assert outside.fetch({"If-None-Match": "1"}).body == LIST
    assert [url for url, _ in outside.asked] == [URL, "https://lists.example/a/b%20c.csv", "https://files.example/x"]
    assert {headers["If-None-Match"] for _, headers in outside.asked} == {"1"}


@each_case(
    ("location", "says"),
    [
        ("http://lists.example/a", "is redirected to `http://lists.example/a`; expected https, as it began"),
        ("file:///etc/hosts", "is redirected to `file:///etc/hosts`; expected another http(s) address"),
        ("ftp://lists.example/a", "expected another http(s) address"),
        ("https:///a", "expected another http(s) address"),
        ("https://[::1", "expected another http(s) address"),
        ("", "expected another http(s) address"),
        (
            "https://lists.example:99999999/a",
            "is redirected to `https://lists.example:99999999/a`; expected another",
        ),
        ("//lists.example:0/a", "expected another http(s) address"),
        (
            "https://files.example/a",
            "is redirected to another host `https://files.example/a`; expected the host lists.",
        ),
        ("https://lists.example.evil.example/a", "is redirected to another host"),
        ("https://user@evil.example/lists.example", "is redirected to another host"),
        ("https://127.0.0.1/a", "is redirected to a local or private address `https://127.0.0.1/a`"),
        ("https://127.1/a", "is redirected to a local or private address"),
        ("https://2130706433/a", "is redirected to a local or private address"),
        ("https://0x7f000001/a", "is redirected to a local or private address"),
        ("https://localhost./a", "is redirected to a local or private address"),
        ("https://169.254.169.254/latest/meta-data", "is redirected to a local or private address"),
        ("https://10.0.0.7/a", "is redirected to a local or private address"),
        ("https://[::1]/a", "is redirected to a local or private address"),
        ("https://[fe80::1%25eth0]/a", "is redirected to a local or private address"),
        ("https://[::ffff:192.168.0.1]/a", "is redirected to a local or private address"),
    ],
)
def test_a_redirect_to_where_nobody_should_go_is_refused(location: str, says: str) -> None:
    """Out of the safe channel, into the disk, to itself."""
    assert says in Outside(moved(location)).refusal()


def test_a_redirect_goes_where_the_setting_names_and_within_the_same_host() -> None:
    """Another port of the publisher is still the publisher; of this machine it is another program."""
    named = Outside(moved("https://127.0.0.1:8443/a"), ok(), redirect_hosts=("127.0.0.1",))
    port = Outside(moved("https://lists.example:8443/a"), ok())
    local = HttpClient(port.get, [].append, lambda: 0.0, FetchSection())

    assert named.fetch().body == port.fetch().body == LIST
    port.answers = [moved("http://127.0.0.1:81/b")]
    with pytest.raises(ListUnreadable, match="local or private address"):
        fetch("http://127.0.0.1:80/a", {}, local)
    port.answers = [moved("/b"), ok()]
    assert fetch("http://127.0.0.1:80/a", {}, local).body == LIST


def test_a_named_host_does_not_lead_to_a_third_one() -> None:
    """Every step is compared with the address that the operator wrote."""
    outside = Outside(
        moved("https://files.example/a"), moved("https://evil.example/a"), ok(), redirect_hosts=("files.example",)
    )

    assert (
        "is redirected to another host `https://evil.example/a`; expected the host lists.example" in outside.refusal()
    )


def test_a_circle_of_redirects_ends() -> None:
    """Each of them is another address than the one before."""
    outside = Outside(*[moved(f"/{name}") for name in "abababab"], redirects=3)

    assert "is redirected too often; expected at most 3 redirects" in outside.refusal()
    assert len(outside.asked) == 4


def test_a_server_in_trouble_is_asked_again_later_each_time() -> None:
    """After 1, 2 and 4 seconds, all of it with the highest chance and half of it with the lowest."""
    troubles = (GONE_WRONG, status(503), ConnectionResetError(104, "Connection reset by peer"), ok())
    calm, hasty = Outside(*troubles, chance=0.999999), Outside(*troubles)

    assert calm.fetch().body == hasty.fetch().body == LIST
    assert calm.slept == pytest.approx([1, 2, 4], abs=0.001)
    assert hasty.slept == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (GONE_WRONG, "list.csv: cannot be fetched (silent for 30 s); try again later"),
        (ConnectionResetError(104, "Connection reset by peer"), "(Connection reset by peer)"),
        (OSError(), "(OSError)"),
        (status(429), "(status 429)"),
        (status(502), "(status 502)"),
    ],
)
def test_patience_has_an_end(trouble: HttpResponse | Exception, says: str) -> None:
    """As many attempts as the operator allows; nobody sleeps after the last."""
    outside = Outside(trouble, attempts=3)

    assert says in outside.refusal()
    assert (len(outside.asked), len(outside.slept)) == (3, 2)


def test_a_server_says_itself_when_to_come_back() -> None:
    """Up to a minute; who asks for longer is left alone. A date is passed over: our clock may differ."""
    patient = Outside(status(429, retry_after="7"), ok())
    dated = Outside(status(503, retry_after="Fri, 02 Jan 2026 03:04:05 GMT"), ok())
    long = Outside(status(503, retry_after="3600"), ok())

    assert patient.fetch().body == dated.fetch().body == LIST
    assert (patient.slept, dated.slept) == ([7.0], [0.5])
    assert "(status 503, come back in 3600 s)" in long.refusal()
    assert (len(long.asked), long.slept) == (1, [])


@pytest.mark.parametrize("code", [204, 206, 401, 403, 404, 410])
def test_what_no_patience_mends_is_refused_at_once(code: int) -> None:
    """A file that has gone will not be there in four seconds."""
    outside = Outside(status(code))

    assert f"list.csv: status {code}; expected 200" in outside.refusal()
    assert len(outside.asked) == 1


def test_what_is_packed_is_unpacked() -> None:
    """On the way, in the file, or both; in one piece or several."""
    packed = gzip.compress(LIST)

    assert Outside(ok(packed)).fetch().body == LIST
    assert Outside(ok(packed, content_encoding="gzip")).fetch().body == LIST
    assert Outside(ok(gzip.compress(packed), content_encoding="GZIP")).fetch().body == LIST
    assert Outside(ok(packed + packed)).fetch().body == LIST + LIST


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (ok(gzip.compress(LIST)[:-6]), "list.csv: gzip cannot be unpacked ("),
        (ok(gzip.compress(LIST)[:10] + b"\xff\xff\xff"), "list.csv: gzip cannot be unpacked ("),
        (
            ok(LIST, content_encoding="br"),
            "list.csv: has an unsupported content-encoding: `br`; expected gzip, or plain",
        ),
        (ok(gzip.compress(bytes(11_000_000))), "bytes`; expected at most 10000000 unpacked"),
    ],
    ids=["cut", "damaged", "another packing", "a bomb"],
)
def test_what_does_not_unpack_is_refused(answer: HttpResponse, says: str) -> None:
    """A hundred times its size is no list; nor is half of one."""
    assert says in Outside(answer).refusal()


def test_the_operator_s_limit_holds_for_what_is_unpacked() -> None:
    """The limit is on what stays in memory."""
    assert "at most 1000000 unpacked" in Outside(ok(gzip.compress(bytes(1_000_001))), max_mb=1).refusal()
    assert len(Outside(ok(gzip.compress(bytes(1_000_000))), max_mb=1).fetch().body) == 1_000_000


def test_an_address_is_shown_without_its_secrets() -> None:
    """The Union's list is fetched with a token in the query."""
    assert public_url(URL) == "https://lists.example/a/list.csv"
