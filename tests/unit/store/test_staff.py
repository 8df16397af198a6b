"""staff.toml: what is taken, and what is refused with the person and what was expected."""

from datetime import date
from pathlib import Path

import pytest

from evenhand.model.errors import NetworkUnreadable
from evenhand.store.ssh_keys import public_line
from evenhand.store.staff import read_people
from tests.each_case import each_case
from tests.people import block, public_key

WHERE = Path("staff.toml")
ANA = block("ana", ["analyst"], more="active_from = 2026-01-01")
# A made-up RSA key's beginning: its kind alone matters.
RSA = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ"


def read(text: str) -> tuple[object, ...]:
    return read_people(text.encode(), WHERE)


def test_people_are_read_by_id_with_their_keys_alone() -> None:
    """The comment behind a key can be an address, and says nothing of the key."""
    commented = block("ben", ["reviewer", "legal"], key=f"{public_line(public_key('ben'))} ben@host")

    ana, ben = read_people((commented + ANA).encode(), WHERE)

    assert (ana.id, ana.active_from, ana.active_until) == ("ana", date(2026, 1, 1), None)
    assert (ben.roles, ben.key) == (("reviewer", "legal"), public_line(public_key("ben")))


def test_a_byte_order_mark_and_crlf_do_no_harm() -> None:
    """Notepad writes both."""
    plain = read(ANA)

    assert read_people(b"\xef\xbb\xbf" + ANA.encode(), WHERE) == plain
    assert read(ANA.replace("\n", "\r\n")) == plain


@each_case(
    ("text", "words"),
    [
        ("", "names nobody"),
        ("[person]", r"staff.toml: .*expected blocks"),
        ("people = 3", "unknown field `people`"),
        ("[[person]", "is not TOML"),
        (ANA.replace("analyst", "judge"), "person ana: unknown role `judge`; expected analyst, reviewer"),
        (ANA.replace('["analyst"]', "[]"), r"person ana: roles are `\[\]`"),
        (ANA.replace('["analyst"]', '["legal", "legal"]'), "person ana: roles are `legal, legal`"),
        (ANA.replace('"ana"', '"Ana Lee"'), "id is `Ana Lee`; expected lower-case letters"),
        (ANA.replace('"ana"', "7"), "person 7: .*Expected `str`"),
        (ANA.replace('name = "Made-up Ana"', 'name = " "'), "name is"),
        (ANA.replace('name = "Made-up Ana"', ""), "missing required field `name`"),
        (ANA + "role = 'x'", "unknown field `role`"),
        (ANA + "active_until = 2025-12-31", "active_until is `2025-12-31`; expected 2026-01-01 or later"),
        (ANA + 'active_until = "2026-12-31"', "active_until is `2026-12-31`; expected a day .*without quotes"),
        (ANA + "active_until = 2026-12-31T10:00:00Z", "active_until is `2026-12-31 10:00:00"),
        (ANA + ANA.replace('"Made-up Ana"', '"Another"'), "more than one person has the id `ana`"),
        (ANA + ANA.replace('"ana"', '"ann"'), "more than one person has the key .*these have it: ana, ann"),
        (block("ana", ["analyst"], key=RSA), "person ana: a key of another kind `ssh-rsa`; expected .*ssh-ed25519"),
        (block("ana", ["analyst"], key="ssh-ed25519 AAAA"), "person ana: not a public key of OpenSSH"),
        (block("ana", ["analyst"], key="-----BEGIN OPENSSH PRIVATE KEY-----"), "a key of another kind"),
    ],
)
def test_what_does_not_hold_is_refused_whole(text: str, words: str) -> None:
    """Half a staff would be the wrong one."""
    with pytest.raises(NetworkUnreadable, match=words):
        read(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    """As every file of a network."""
    with pytest.raises(NetworkUnreadable, match="is not UTF-8"):
        read_people(b"\xff\xfe[", WHERE)
