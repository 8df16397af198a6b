"""What connections share: the heads that were read before, and nothing of what was asked."""

from evenhand.web.gate.hub import Hub, Known, Limits
from tests.unit.web.spoken import Echo, get, post


def test_a_head_is_known_with_a_body_of_its_length_alone() -> None:
    """One byte more or fewer is for the parser."""
    hub = Hub(echo := Echo(), Limits())
    route = echo.routes[b"/echo"]

    hub.learn(post(b"abc"), Known(route, 3))

    assert hub.known(post(b"xyz")) == (route, b"xyz")
    assert [hub.known(said) for said in (post(b"xyz") + b"!", post(b"xyz")[:-1], post(b"wxyz"), b"", b"abc")] == [
        None
    ] * 5


def test_nothing_is_kept_of_a_body_and_of_a_long_head() -> None:
    """Only heads are remembered, and only such as most are."""
    hub = Hub(echo := Echo(), Limits())
    route = echo.routes[b"/echo"]
    hub.learn(post(b"a secret"), Known(route, 8))
    hub.learn(post(b"abc", lines=b"x: " + b"y" * 2000 + b"\r\n"), Known(route, 3))

    assert [head.count(b"secret") for head in hub._heads] == [0]


def test_what_is_remembered_is_bounded() -> None:
    """An outsider chooses heads."""
    hub = Hub(echo := Echo(), Limits())
    for number in range(5000):
        hub.learn(get(b"/ping?%d" % number), Known(echo.routes[b"/ping"], 0))

    assert len(hub._heads) <= 1024
    assert hub.known(get(b"/ping?4999")) is not None
