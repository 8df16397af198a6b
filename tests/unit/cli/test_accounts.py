"""`evenhand account` and the start of `evenhand serve`: who can log in, and what is refused before anybody can."""

import importlib.util
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from evenhand.cli.commands import serve
from evenhand.model.one_time_codes import code_at, step_of
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.second_factors import SecondFactors
from tests.commands import append, evenhand
from tests.people import block

SSO = '\n[console.sso]\nissuer = "https://id.ads.example"\nclient_id = "evenhand"\nclient_secret_env = "SSO_SECRET"\n'


@pytest.fixture(autouse=True)
def _port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the port to who really serves on it."""
    monkeypatch.setattr(serve, "_listen", lambda *_: 7)


@pytest.fixture
def signed_on(network: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a network whose settings name a provider."""
    monkeypatch.setenv("SSO_SECRET", "made-up")
    append("evenhand.toml", SSO)(network)
    return network


def test_an_account_of_single_sign_on_is_added_without_a_link(signed_on: Path) -> None:
    """Its person never has a password here."""
    answer = evenhand("account", "add", signed_on, "a.lee", "--sso", "A.Lee@Ads.example")

    assert (answer.status, answer.out) == (0, "a.lee can log in by single sign-on as A.Lee@Ads.example\n")
    assert "a.lee  a.lee  active, single sign-on as a.lee@ads.example" in evenhand("account", "list", signed_on).out
    assert evenhand("account", "list", signed_on, "--json").json[0]["has_password"] is False


def test_a_name_at_the_provider_belongs_to_one_account(signed_on: Path) -> None:
    """And an account that could not be tied is not there either: the command can be given again."""
    evenhand("account", "add", signed_on, "a.lee", "--sso", "desk@ads.example")

    answer = evenhand("account", "add", signed_on, "b.berg", "--sso", "Desk@ads.example")

    assert answer.status == 2
    assert "another account has this name at the provider: `a.lee`" in answer.err
    assert "b.berg" not in evenhand("account", "list", signed_on).out


def test_a_tie_is_made_anew_and_ended(signed_on: Path) -> None:
    """Where the provider gave the address to another, or the person leaves."""
    evenhand("account", "add", signed_on, "a.lee", "--sso", "desk@ads.example")

    assert evenhand("account", "reset", signed_on, "a.lee", "--sso", "lee@ads.example", "--json").json == {
        "person": "a.lee", "sso": "lee@ads.example",
    }  # fmt: skip
    assert evenhand("account", "reset", signed_on, "a.lee", "--sso", "").out == (
        "a.lee cannot log in by single sign-on any more\n"
    )
    assert "invited" in evenhand("account", "list", signed_on).out
    assert "no name at the provider" in evenhand("account", "reset", signed_on, "a.lee", "--sso", " ").err


def test_links_for_passwords_are_refused_where_passwords_are_switched_off(signed_on: Path) -> None:
    """They would lead nowhere."""
    append("evenhand.toml", "[console]\npasswords = false\n")(signed_on)

    for verb in ("add", "reset"):
        evenhand("account", "add", signed_on, "b.berg", "--sso", "b.berg@ads.example")
        answer = evenhand("account", verb, signed_on, "b.berg")
        assert answer.status == 2
        assert "passwords are switched off in [console] of evenhand.toml; give --sso" in answer.err


def test_without_the_extra_settings_that_name_a_provider_are_refused_at_the_start(
    signed_on: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line that says what to install, before anything listens; other verbs go on."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "evenhand.workflows.people.sign_on_setup.find_spec", lambda name: None if name == "authlib" else found(name)
    )
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was started"))

    answer = evenhand("serve", signed_on)

    assert (answer.status, answer.out) == (2, "")
    assert answer.err == (
        "evenhand: [console.sso] of evenhand.toml: single sign-on needs Authlib; run `pip install 'evenhand[sso]'`\n"
    )
    assert evenhand("doctor", signed_on).status != 2


def test_a_secret_that_cannot_be_read_is_said_at_the_start(signed_on: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when the first person tries to log in."""
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was started"))
    monkeypatch.setenv("SSO_SECRET", " ")
    assert "SSO_SECRET: no secret for the provider" in evenhand("serve", signed_on).err
    monkeypatch.delenv("SSO_SECRET")

    answer = evenhand("serve", signed_on)

    assert answer.status == 2
    assert "SSO_SECRET: the variable of a secret is not set" in answer.err


def test_serve_says_how_the_first_account_is_made_without_passwords(
    signed_on: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The link of the first account would set a password."""
    append("evenhand.toml", "[console]\npasswords = false\n")(signed_on)
    monkeypatch.setattr(serve.os, "execv", lambda *_: None)

    out = evenhand("serve", signed_on).out

    assert f"evenhand account add {signed_on} ID --sso ADDRESS" in out
    assert "/link/" not in out


def test_a_second_factor_that_was_lost_is_taken_away(network: Path) -> None:
    """By an operator, who knows who asks; the list says who has one."""
    evenhand("account", "add", network, "a.lee")
    tables = ConsoleTables(network)
    factors = SecondFactors(tables)
    factors.begin("a.lee", b"made-up")
    at = datetime.now(UTC)
    assert factors.confirm("a.lee", code_at(b"made-up", step_of(at)), at, secrets.token_bytes)
    tables.close()
    assert "a.lee  a.lee  invited, no password yet, second factor" in evenhand("account", "list", network).out

    out = evenhand("account", "reset", network, "a.lee", "--second-factor").out

    assert out == "a.lee logs in with the password alone until they set up another second factor\n"
    assert evenhand("account", "reset", network, "a.lee", "--second-factor").out == "a.lee has no second factor\n"
    append("evenhand.toml", '[console]\nsecond_factor = "always"\n')(network)
    assert "second_factor in [console] is `always`; expected optional, required" in evenhand(
        "account", "list", network
    ).err  # fmt: skip


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], ["http://127.0.0.1:3333", "http://localhost:3333"]),
        (["https://refine.example/"], ["https://refine.example"]),
    ],
)
def test_the_console_is_told_whose_pages_may_frame_previews(
    network: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], passed: list[str]
) -> None:
    """OpenRefine's own addresses, unless another is named; a slash at its end belongs to no origin."""
    started: list[list[str]] = []
    monkeypatch.setattr(serve.os, "execv", lambda _, command: started.append(command))
    evenhand("serve", network, *(word for each in given for word in ("--preview-in", each)))

    assert msgspec.json.decode(started[0][-1])["preview_origins"] == passed
    assert msgspec.json.decode(started[0][-1])["listening"] == 7


@pytest.mark.parametrize("text", ["*", "refine.example", "https://a.example b.example", "https://a.example; x"])
def test_what_is_no_origin_gets_into_no_policy(network: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The header is made of it, and a blank or semicolon would write another policy."""
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was started"))
    answer = evenhand("serve", network, "--preview-in", text)

    assert answer.status == 2
    assert "--preview-in: no origin" in answer.err


def test_a_list_of_refused_passwords_that_cannot_be_read_is_said_at_the_start(
    network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when the first person chooses a password."""
    monkeypatch.setattr(serve.os, "execv", lambda *_: None)
    append("evenhand.toml", '[console]\nrefused_passwords = "../leaked.txt"\n')(network)
    answer = evenhand("serve", network)
    assert (answer.status, answer.out) == (2, "")
    assert "leaked.txt: the list of refused passwords cannot be read: No such file" in answer.err
    (network.parent / "leaked.txt").write_text("made up\n", "utf-8")

    assert evenhand("serve", network).status == 0


def test_accounts_and_keys_of_who_has_left_are_listed_as_refused(network: Path) -> None:
    """And the doctor says how they are taken back; who is yet to begin is no finding."""
    staff, left = network / "staff.toml", "active_until = 2026-01-31"
    staff.write_text("\n".join(block(each, ["operator"]) for each in ("ana", "ben", "zoe")), "utf-8")
    for person in ("ana", "ben", "zoe"):
        evenhand("account", "add", network, person)
        evenhand("key", "add", network, f"crm-{person}", "--as", person, "--scope", "read")
    assert evenhand("account", "list", network, "--json").json[0]["refused"] == ""

    begins = block("ana", ["operator"], more="active_from = 2999-01-01")
    staff.write_text(f"{begins}\n{block('zoe', ['operator'], more=left)}", "utf-8")

    shown = [evenhand(group, "list", network).out for group in ("account", "key")]
    for what in ("by staff.toml ana is active from 2999-01-01 on", "ben is not named in staff.toml",
                 "by staff.toml zoe was active until 2026-01-31"):  # fmt: skip
        assert f"cannot log in: {what}" in shown[0]
        assert f"refused: {what}" in shown[1]
    keys = {each["person"]: each["id"] for each in evenhand("key", "list", network, "--json").json}
    found = [each for each in evenhand("doctor", network, "--json").json["findings"] if "is refused" in each["what"]]
    assert [each["what"].partition(" is refused")[0] for each in found] == [
        "the account of ben", "the account of zoe", f"the key {keys['ben']}, for which ben answers,",
        f"the key {keys['zoe']}, for which zoe answers,",
    ]  # fmt: skip
    assert found[0]["todo"] == f"evenhand account disable {network} ben"
    assert found[3]["todo"] == f"evenhand key revoke {network} {keys['zoe']}"

    for each in found:
        evenhand(*each["todo"].split()[1:])
    assert "is refused" not in evenhand("doctor", network).out


def test_the_doctor_leaves_the_consoles_file_as_it_is(network: Path) -> None:
    """It looks at a network that others work in; a file that is none is a finding."""
    (network / "staff.toml").write_text(block("ana", ["operator"]), "utf-8")
    evenhand("account", "add", network, "ana")
    before = {each: each.stat().st_mtime_ns for each in (network / "console").iterdir()}

    evenhand("doctor", network)

    assert {each: each.stat().st_mtime_ns for each in (network / "console").iterdir()} == before
    (network / "console" / "console.sqlite").write_bytes(b"made up " * 1000)
    assert "cannot use the console's tables" in evenhand("doctor", network).out


@pytest.mark.parametrize("verb", [("serve",), ("account", "add")], ids=" ".join)
@pytest.mark.parametrize(
    "url", ["https://host.example/ads", "host.example", "https://host.example?a", "ftp://a.example"]
)
def test_an_address_with_a_path_is_refused(
    network: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], url: str
) -> None:
    """Pages lead to addresses from the first slash on: below a path nothing but the first of them would be found."""
    monkeypatch.setattr(serve.os, "execv", lambda *_: pytest.fail("it was started"))
    person = ["ana"] if verb[0] == "account" else []

    answer = evenhand(*verb, network, *person, "--public-url", url)

    assert (answer.status, answer.out) == (2, "")
    expected = "https:// and a host of the console's own, without a path"
    assert answer.err == f"evenhand: --public-url: no origin `{url}`; expected {expected}\n"


def test_a_slash_at_the_end_of_the_address_is_no_path(network: Path) -> None:
    """As browsers show it."""
    out = evenhand("account", "add", network, "ana", "--public-url", "https://host.example/").out

    assert "  https://host.example/link/" in out
