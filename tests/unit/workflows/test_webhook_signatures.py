"""Signatures of webhooks: the published example, vectors made by OpenSSL, and what a receiver must not take."""

import base64
import secrets
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.model.errors import BadInput, NotVerified
from evenhand.workflows.notifications.webhook_signatures import secret_keys, signed_headers, verify_webhook

# Standard Webhooks 1.0.0, libraries/python/tests/test_webhooks.py: secret, id, timestamp, body, signature.
PUBLISHED = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}',
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
)  # fmt: skip
# Made by `printf 'ID.TIMESTAMP.BODY' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64`.
BY_OPENSSL = [
    ("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "evt_1", 1772452800, b"{}",
     "v1,vhxOcwiZUqcJjAjl8yCraNfrWslqPsS0zaJVZh+VMfc="),
]  # fmt: skip
KEY, OTHER = bytes(range(32)), bytes(32)
BODY, NOW = b'{"type":"decision.changed"}', 1_772_452_800
HEADERS = signed_headers([KEY], "evt_1", NOW, BODY)


@pytest.mark.parametrize(("secret", "event", "timestamp", "body", "signature"), [PUBLISHED, *BY_OPENSSL])
def test_signatures_are_those_of_the_specification(
    secret: str, event: str, timestamp: int, body: bytes, signature: str
) -> None:
    """A receiver verifies with any library of Standard Webhooks, or with OpenSSL."""
    keys = secret_keys(secret, "here")

    headers = signed_headers(keys, event, timestamp, body)

    assert headers == {"webhook-id": event, "webhook-timestamp": str(timestamp), "webhook-signature": signature}
    assert verify_webhook(keys, headers, body, timestamp + 1.5) == event


@pytest.mark.skipif(shutil.which("openssl") is None, reason="not here: the command openssl")
def test_openssl_signs_the_same() -> None:
    """A body with the bytes that go wrong most often: not ASCII, a full stop, a line end."""
    key, body = secrets.token_bytes(64), '{"name":"Вершина. 株式会社"}\n'.encode()

    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"],
        input=b"evt_2.1772452801." + body, capture_output=True, check=True,
    ).stdout  # fmt: skip

    assert (
        signed_headers([key], "evt_2", 1772452801, body)["webhook-signature"] == f"v1,{base64.b64encode(made).decode()}"
    )


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_another_body_is_refused(body: bytes, other: bytes) -> None:
    """Each byte counts."""
    headers = signed_headers([KEY], "evt_1", NOW, body)

    assert verify_webhook([KEY], headers, body, NOW) == "evt_1"
    if other != body:
        with pytest.raises(NotVerified):
            verify_webhook([KEY], headers, other, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_2"}, {"webhook-id": ""}, {"webhook-timestamp": str(NOW + 1)}, {"webhook-timestamp": "now"},
        {"webhook-timestamp": "-5"}, {"webhook-timestamp": ""}, {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": f" {NOW}"}, {"webhook-signature": ""}, {"webhook-signature": "v1,"},
        {"webhook-signature": HEADERS["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": HEADERS["webhook-signature"].replace("v1,", "v2,")},
        {"webhook-signature": HEADERS["webhook-signature"][:-4]}, {"webhook-signature": "v1,é"},
    ],
)  # fmt: skip
def test_a_changed_header_is_refused(changed: dict[str, str]) -> None:
    """Id and time are signed with the body, so neither can be replaced."""
    with pytest.raises(NotVerified):
        verify_webhook([KEY], {**HEADERS, **changed}, BODY, NOW)


@pytest.mark.parametrize("name", list(HEADERS))
def test_a_missing_header_is_refused(name: str) -> None:
    """Nothing is assumed."""
    with pytest.raises(NotVerified, match="headers webhook-id"):
        verify_webhook([KEY], {key: value for key, value in HEADERS.items() if key != name}, BODY, NOW)


@pytest.mark.parametrize(("skew_s", "taken"), [(0, True), (-300, True), (300, True), (-301, False), (301, False)])
def test_clocks_may_differ_by_five_minutes(skew_s: int, taken: bool) -> None:
    """In both directions: what was recorded from the line cannot be sent again later, nor prepared for later."""
    if taken:
        assert verify_webhook([KEY], HEADERS, BODY, NOW + skew_s) == "evt_1"
    else:
        with pytest.raises(NotVerified, match="too old or from the future"):
            verify_webhook([KEY], HEADERS, BODY, NOW + skew_s)


def test_headers_are_found_in_any_case() -> None:
    """Frameworks write them as they like."""
    assert verify_webhook([KEY], {name.title(): value for name, value in HEADERS.items()}, BODY, NOW) == "evt_1"


def test_while_a_secret_is_replaced_both_verify() -> None:
    """The message has a signature by each; receivers change one after another."""
    headers = signed_headers([OTHER, KEY], "evt_1", NOW, BODY)

    assert headers["webhook-signature"].count("v1,") == 2
    assert verify_webhook([KEY], headers, BODY, NOW) == verify_webhook([OTHER], headers, BODY, NOW) == "evt_1"
    with pytest.raises(NotVerified, match="no signature"):
        verify_webhook([b"k" * 24], headers, BODY, NOW)


def test_a_file_may_hold_two_secrets() -> None:
    """A line each."""
    one, two = (f"whsec_{base64.b64encode(key).decode()}" for key in (KEY, OTHER))

    assert secret_keys(f"{one}\n{two}\n", "here") == (KEY, OTHER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "passw0rd",
        "whsec_",
        "whsec_c2hvcnQ=",
        "whsec_not base64",
        "whsec_" + "A" * 31,
        "whsec_" + "A" * 88,
        "whsk_" + "A" * 32,
    ],
)
def test_what_is_no_secret_is_refused_and_never_shown(text: str) -> None:
    """24 to 64 bytes, as the specification has it: a word that a person chose can be guessed."""
    with pytest.raises(BadInput, match="no secret of a webhook") as refused:
        secret_keys(text, "CRM_SECRET")

    assert "CRM_SECRET" in str(refused.value)
    assert not text or text not in str(refused.value).replace("`whsec_`", "").replace("whsec_$", "")
