"""Log-in by an OpenID provider: who is let in, and every way in which somebody else is not."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from evenhand.store.accounts import Accounts
from evenhand.store.console_tables import ConsoleTables
from evenhand.store.sign_ons import SignOns
from evenhand.transport import openid_client
from evenhand.web.console.console import Console
from evenhand.web.console.sealed_values import SealedValues
from tests.networks import empty_network
from tests.people import block
from tests.publisher import stalling
from tests.unit.web.console.clients import ADDRESS as CONSOLE
from tests.unit.web.console.clients import Browser, browser, console_of
from tests.unit.web.console.openid_provider import (
    ADDRESS,
    CLIENT,
    SECRET,
    SUBJECT,
    Provider,
    large,
    made_key,
    providing,
    segment,
)  # fmt: skip

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LASTS = timedelta(hours=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Path]]:
    """Yield a provider, and a network whose settings name it."""
    with providing() as provider:
        folder = tmp_path_factory.mktemp("sso")
        (folder / "secret").write_text(SECRET, "utf-8")
        made = empty_network(folder / "network")
        made.write()
        name_provider(made.folder, provider.issuer)
        yield provider, made.folder


def name_provider(folder: Path, issuer: str, *lines: str) -> None:
    path = folder / "evenhand.toml"
    text = path.read_text("utf-8").partition("\n[console")[0]
    block = ["[console.sso]", f'issuer = "{issuer}"', f'client_id = "{CLIENT}"', 'client_secret_file = "../secret"']
    path.write_text("\n".join([text, *block, *lines, ""]), "utf-8")


@pytest.fixture
def provider(base: tuple[Provider, Path]) -> Iterator[Provider]:
    """Yield the provider as it was made, whatever a test before did to it."""
    made, folder = base
    answers, state = dict(made.publisher.answers), dict(vars(made))
    yield made
    made.publisher.answers = answers
    vars(made).clear()
    vars(made).update(state | {"codes": {}, "claims": {}, "header": {}, "described": {}, "published": [state["key"]]})
    name_provider(folder, made.issuer)


@pytest.fixture
def console(base: tuple[Provider, Path], provider: Provider) -> Iterator[Console]:
    """Yield a console in which Ana has an account that the provider may open; nothing of the provider is known yet."""
    (base[1] / "console" / "console.sqlite").unlink(missing_ok=True)
    with console_of(base[1]) as made:
        made.accounts.add("ana", "Made-up Ana", made.machine.now())
        made.sign_ons.tie("ana", ADDRESS)
        yield made


def begun(client: Browser, path: str = "/sso/start") -> str:
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def came_back(client: Browser, provider: Provider) -> Any:
    return client.get(provider.authorize(begun(client)))


def problem(answer: Any) -> str:
    """Return what a page says went wrong, in small letters."""
    found = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    return unescape(found[1]).lower() if found else ""


def is_let_in(client: Browser) -> bool:
    return bool(client.get("/").status_code == 200)


def test_whom_the_provider_names_is_logged_in_and_led_on(console: Console, provider: Provider) -> None:
    """With a session like any other, kept as opened by the provider, and a cookie of the way that is gone."""
    client = browser(console)
    assert 'href="/sso/start?next=%2Fpeople"' in client.get("/login?next=/people").text

    answer = client.get(provider.authorize(begun(client, "/sso/start?next=/people")))

    assert (answer.status_code, answer.headers["location"]) == (303, "/people")
    assert "single sign-on as" in client.get("/people").text
    assert console.read_log.last(1)[0].what == "logged in by single sign-on"
    assert list(client.cookies) == ["evenhand"]
    assert provider.codes == {}


def test_the_provider_lets_in_nobody_who_has_left_the_staff(console: Console, provider: Provider) -> None:
    """Who is disabled there late is refused here at once; the browser keeps nothing of the way."""
    staff = console.folder / "staff.toml"
    staff.write_text(block("ana", ["analyst"], more="active_until = 2020-01-01"), "utf-8")
    client = browser(console)
    try:
        answer = came_back(client, provider)
    finally:
        staff.unlink()

    assert answer.status_code == 403
    assert problem(answer).startswith("this account cannot be used: by staff.toml ana was active until 2020-01-01.")
    assert list(client.cookies) == []


def test_a_browser_is_sent_to_the_provider_with_nothing_of_ours_but_what_it_needs(
    console: Console, provider: Provider
) -> None:
    """State, nonce and a challenge; what they are checked against is in a cookie that no script reads."""
    client = browser(console)

    answer = client.get("/sso/start")

    asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert sorted(asked) == [
        "client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope",
        "state",
    ]  # fmt: skip
    assert asked["redirect_uri"] == f"{CONSOLE}/sso/callback"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("evenhand-sso=")
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))


def test_over_https_the_cookie_of_the_way_is_held_to_this_host(base: tuple[Provider, Path], provider: Provider) -> None:
    """A page of a sister host cannot plant one."""
    with console_of(base[1], public_url="https://console.made-up.example") as console:
        client = browser(console, address="https://console.made-up.example")

        answer = client.get("/sso/start")

    assert answer.headers["set-cookie"].startswith("__Host-evenhand-sso=")
    assert "Secure" in answer.headers["set-cookie"]
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["redirect_uri"]
    assert back == "https://console.made-up.example/sso/callback"


def test_a_session_is_another_after_single_sign_on(console: Console, provider: Provider) -> None:
    """A secret that was planted in the browser before is worth nothing after it (session fixation)."""
    client = browser(console)
    client.cookies.set("evenhand", "planted")

    came_back(client, provider)

    stranger = browser(console)
    stranger.cookies.set("evenhand", "planted")
    assert not is_let_in(stranger)
    assert len(console.sessions.of("ana", console.machine.now())) == 1


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
def test_each_algorithm_that_is_named_is_taken(console: Console, provider: Provider, algorithm: str) -> None:
    """By a key of its kind."""
    provider.algorithm, provider.key = algorithm, made_key(algorithm, "other")
    provider.published = [provider.key]
    if algorithm == "EdDSA":
        with pytest.warns(UserWarning, match="EdDSA"):  # the library's word for signing, which is the test's part
            answer = came_back(browser(console), provider)
    else:
        answer = came_back(browser(console), provider)

    assert answer.status_code == 303


FAR_S = 86_400
"""The table is made when the file is read, and the test may run much later."""

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nonce": ({"nonce": "of another log-in"}, "another nonce"),
    "no nonce": ({"nonce": None}, "another nonce"),
    "issuer": ({"iss": "https://other.made-up.example"}, "of iss"),
    "audience": ({"aud": "another client"}, "of aud"),
    "audiences, and made for another": ({"aud": [CLIENT, "another"], "azp": "another"}, "of azp"),
    "audiences without a word for whom": ({"aud": [CLIENT, "another"]}, "of azp"),
    "expired": ({"exp": int(time.time()) - 120}, "of exp"),
    "no end": ({"exp": None}, "of exp"),
    "an end that is no number": ({"exp": "tomorrow"}, "of exp"),
    "from the future": ({"iat": int(time.time()) + FAR_S}, "of iat"),
    "not yet": ({"nbf": int(time.time()) + FAR_S}, "of nbf"),
    "nobody": ({"sub": ""}, "names nobody"),
    "no subject": ({"sub": None}, "of sub"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_token_that_does_not_hold_opens_nothing(console: Console, provider: Provider, what: str) -> None:
    """OpenID Connect Core 1.0, 3.1.3.7: each check, and the person reads which one failed."""
    provider.claims, says = WRONG[what]
    client = browser(console)

    answer = came_back(client, provider)

    assert answer.status_code == 401
    assert says in problem(answer)
    assert not is_let_in(client)
    assert console.read_log.last(1)[0].what == "single sign-on refused"


def signed_by_none(provider: Provider, claims: dict[str, Any]) -> str:
    return f"{segment({'alg': 'none'})}.{segment(claims)}."


def signed_by_public_key(provider: Provider, claims: dict[str, Any]) -> str:
    """Return a token whose MAC has the provider's public key for its secret, which everybody knows."""
    body = f"{segment({'alg': 'HS256', 'kid': 'first'})}.{segment(claims)}"
    public = provider.key.as_pem(private=False)
    return f"{body}.{segment(hmac.new(public, body.encode(), hashlib.sha256).digest())}"


def signed_by_another(provider: Provider, claims: dict[str, Any]) -> str:
    provider.key = made_key("RS256", "first")
    return provider.id_token(claims)


def signed_by_its_own_word(provider: Provider, claims: dict[str, Any]) -> str:
    """Return a token that brings the key along by which it wants to be checked."""
    provider.key = made_key("RS256", "own")
    provider.header = {"jwk": provider.key.as_dict(private=False)}
    return provider.id_token(claims)


def changed_after(provider: Provider, claims: dict[str, Any]) -> str:
    head, _, mark = provider.id_token(claims).split(".")
    return f"{head}.{segment(claims | {'sub': 'another'})}.{mark}"


def an_access_token(provider: Provider, claims: dict[str, Any]) -> str:
    provider.header = {"typ": "at+jwt"}
    return provider.id_token(claims)


@pytest.mark.parametrize(
    "forged",
    [signed_by_none, signed_by_public_key, signed_by_another, signed_by_its_own_word, changed_after, an_access_token,
     lambda *_: "", lambda *_: "a.b", lambda *_: "ä.ö.ü", lambda *_: "e30.e30.e30"],
)  # fmt: skip
def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    console: Console, provider: Provider, forged: Callable[[Provider, dict[str, Any]], str]
) -> None:
    """No algorithm but the four, no key but the published ones, and no other kind of token."""
    client = browser(console)
    way = begun(client)
    asked = dict(parse_qsl(urlsplit(way).query))
    now = int(time.time())
    claims = {"iss": provider.issuer, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 300, "email": ADDRESS,
              "email_verified": True, "nonce": asked["nonce"]}  # fmt: skip
    provider.token = forged(provider, claims)

    answer = client.get(provider.authorize(way))

    assert answer.status_code == 401
    assert "id token" in problem(answer) or "another kind" in problem(answer)
    assert not is_let_in(client)


def test_a_provider_that_has_new_keys_is_asked_for_them_once(console: Console, provider: Provider) -> None:
    """An unknown key is looked for again; one that is not there then is refused."""
    came_back(browser(console), provider)
    provider.key = made_key("ES256", "second")
    provider.algorithm, provider.published = "ES256", [*provider.published, provider.key]
    asked = len(provider.publisher.asked)

    assert came_back(browser(console), provider).status_code == 303
    assert [path for path, _ in provider.publisher.asked[asked:]] == ["/token", "/keys"]

    provider.key = made_key("ES256", "third")
    assert "no key of the provider fits" in problem(came_back(browser(console), provider))


def test_an_answer_with_another_state_is_not_exchanged(console: Console, provider: Provider) -> None:
    """Somebody else's answer, put before this browser by a link."""
    client = browser(console)
    path = provider.authorize(begun(client))

    answer = client.get(re.sub("state=[^&]+", "state=another", path))

    assert answer.status_code == 400
    assert "not begun in this browser" in problem(answer)
    assert "/token" not in [path for path, _ in provider.publisher.asked[-1:]]
    assert len(provider.codes) == 1


def test_an_answer_in_another_browser_is_not_exchanged(console: Console, provider: Provider) -> None:
    """The way there and the way back belong to one browser, or a link could log in its victim as somebody else."""
    path = provider.authorize(begun(browser(console)))
    other = browser(console)
    begun(other)

    assert [browser(console).get(path).status_code, other.get(path).status_code] == [400, 400]
    assert len(provider.codes) == 1


def test_an_answer_counts_once(console: Console, provider: Provider) -> None:
    """Also where the cookie of the way was kept with it."""
    client = browser(console)
    path = provider.authorize(begun(client))
    kept = client.cookies["evenhand-sso"]
    assert client.get(path).status_code == 303
    thief = browser(console)
    thief.cookies.set("evenhand-sso", kept)

    answer = thief.get(path)

    assert answer.status_code == 400
    assert not is_let_in(thief)


def test_what_another_key_or_another_purpose_sealed_is_void(console: Console, provider: Provider) -> None:
    """Else anybody could write the state that an answer is held against."""
    client = browser(console)
    kept = {"state": "chosen", "nonce": "chosen", "verifier": "chosen", "next": "/"}
    now = console.machine.now()
    texts = [SealedValues(b"another").sealed("sso", kept, now, LASTS),
             console.sealed.sealed("other", kept, now, LASTS),
             console.sealed.sealed("sso", kept, now - 2 * LASTS, LASTS)]  # fmt: skip

    for text in texts:
        client.cookies.set("evenhand-sso", text, domain="127.0.0.1")
        assert client.get("/sso/callback?state=chosen&code=a").status_code == 400
    client.cookies.set("evenhand-sso", console.sealed.sealed("sso", kept, now, LASTS), domain="127.0.0.1")
    assert client.get("/sso/callback?state=chosen&code=a").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "e30.0", "!.!", "ä", "e30." + "0" * 5000])
def test_a_cookie_of_the_way_that_is_not_ours_is_none(console: Console, provider: Provider, cookie: str) -> None:
    """Nobody can write one: it is sealed by a key of this process."""
    client = browser(console)
    path = provider.authorize(begun(client))
    client.cookies.clear()

    assert client.get(path, headers={"cookie": f"evenhand-sso={cookie}".encode()}).status_code == 400


def test_a_code_that_was_used_elsewhere_is_refused_by_the_provider_and_by_us(
    console: Console, provider: Provider
) -> None:
    """What the provider says of it is shown, short."""
    client = browser(console)
    path = provider.authorize(begun(client))
    provider.codes.clear()

    assert "invalid_grant" in problem(client.get(path))


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_is_nobodys(console: Console, provider: Provider, verified: object) -> None:
    """Else anybody who has an account at the provider could state a colleague's address there."""
    provider.claims = {"email_verified": verified}

    answer = came_back(browser(console), provider)

    assert answer.status_code == 403
    assert "nobody here has an account" in problem(answer)


def test_who_came_once_is_known_by_the_subject_and_not_by_the_address(console: Console, provider: Provider) -> None:
    """An address can be given to somebody else; a subject cannot (OpenID Connect Core 1.0, 5.7)."""
    came_back(browser(console), provider)
    provider.claims = {"email": "ana.new@made-up.example", "email_verified": None}
    assert came_back(browser(console), provider).status_code == 303

    provider.claims = {"sub": "made-up-subject-2"}
    answer = came_back(browser(console), provider)

    assert answer.status_code == 403
    assert "another person by this name" in problem(answer)


def test_nobody_makes_an_account_by_coming(console: Console, provider: Provider) -> None:
    """Accounts are made by an operator; the provider may know half the company."""
    provider.claims = {"sub": "made-up-subject-3", "email": "stranger@made-up.example"}

    assert came_back(browser(console), provider).status_code == 403
    assert [each.person for each in console.accounts.all()] == ["ana"]


def test_a_disabled_account_and_one_that_is_untied_are_refused(console: Console, provider: Provider) -> None:
    """Each in one line, and no session."""
    came_back(browser(console), provider)
    console.accounts.set_disabled("ana", disabled=True)
    client = browser(console)
    assert problem(came_back(client, provider)) == "this account is disabled. ask who runs this console."
    console.accounts.set_disabled("ana", disabled=False)
    console.sign_ons.untie("ana")

    assert "nobody here has an account" in problem(came_back(client, provider))
    assert not is_let_in(client)


def test_another_claim_can_name_the_account(console: Console, provider: Provider, base: tuple[Provider, Path]) -> None:
    """Such as the subject, where a provider verifies no addresses."""
    name_provider(base[1], provider.issuer, 'claim = "sub"')
    console.sign_ons.tie("ana", SUBJECT)
    provider.claims = {"email": None}
    client = browser(console)
    way = begun(client)
    assert "scope=openid&" in way

    assert client.get(provider.authorize(way.replace("scope=openid", "scope=openid+email"))).status_code == 303


def test_a_class_of_authentication_can_be_required(
    console: Console, provider: Provider, base: tuple[Provider, Path]
) -> None:
    """So that who logged in there without a second factor does not get in here."""
    name_provider(base[1], provider.issuer, 'acr = "phishing-resistant"')

    client = browser(console)
    assert "acr_values=phishing-resistant" in begun(client)
    assert "of acr" in problem(came_back(client, provider))
    provider.claims = {"acr": "phishing-resistant"}
    assert came_back(client, provider).status_code == 303


def test_what_a_provider_says_of_an_error_is_escaped_and_short(console: Console, provider: Provider) -> None:
    """It is text of another site on a page of ours."""
    client = browser(console)
    state = dict(parse_qsl(urlsplit(begun(client)).query))["state"]

    answer = client.get(f"/sso/callback?state={state}&error=access_denied&error_description=<script>{'a' * 900}")

    assert "access_denied: <script>aaa" in problem(answer)
    assert "<script>aaa" not in answer.text
    assert len(problem(answer)) < 300
    assert client.get("/sso/callback?error=a&error_description=planted").text.count("planted") == 0


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/" + "a" * 2000])
def test_single_sign_on_leads_to_no_other_site(console: Console, provider: Provider, target: str) -> None:
    """An open redirect lends our name to another page."""
    client = browser(console)
    answer = client.get("/sso/start", params={"next": target})

    assert client.get(provider.authorize(answer.headers["location"])).headers["location"] == "/"


def test_a_link_of_another_site_logs_nobody_in(console: Console, provider: Provider) -> None:
    """Somebody who is logged in at the provider would be here too, without having wanted it."""
    answer = browser(console).get("/sso/start", headers={"sec-fetch-site": "cross-site"})

    assert answer.headers["location"] == "/login"


def test_who_logs_out_is_led_to_the_providers_own_log_out(console: Console, provider: Provider) -> None:
    """Else the next person at this machine is let in by the provider without a question."""
    client = browser(console)
    came_back(client, provider)

    answer = client.send_form("/logout")

    (address,) = set(re.findall(r'href="(http[^"]*)"', answer.text))
    parts = urlsplit(unescape(address))
    asked = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{provider.issuer}/leave"
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (CLIENT, f"{CONSOLE}/login")
    assert asked["id_token_hint"].count(".") == 2
    assert f'content="0; url={address}"' in answer.text
    assert not is_let_in(client)
    assert console.tables.rows("SELECT * FROM session_token") == []


def test_log_out_works_where_the_provider_has_none_or_is_gone(console: Console, provider: Provider) -> None:
    """The session here ends in any case."""
    provider.described = {"end_session_endpoint": "http://elsewhere.made-up.example/leave"}
    provider.answer_at(
        "/.well-known/openid-configuration",
        lambda: {name: value for name, value in provider.description.items() if name != "end_session_endpoint"},
    )
    client = browser(console)
    came_back(client, provider)

    answer = client.send_form("/logout")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not is_let_in(client)


@pytest.mark.parametrize(
    ("described", "says"),
    [({"issuer": "https://other.made-up.example"}, "another issuer"),
     ({"issuer": None}, "another issuer"),
     ({"token_endpoint": "http://elsewhere.made-up.example/token"}, "token_endpoint"),
     ({"jwks_uri": None}, "jwks_uri"),
     ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
     ({"code_challenge_methods_supported": ["plain"]}, "pkce"),
     ({"response_types_supported": ["id_token"]}, "code flow")],
)  # fmt: skip
def test_a_provider_that_does_not_fit_is_not_asked_further(
    console: Console, provider: Provider, described: dict[str, Any], says: str
) -> None:
    """Its description is of the issuer of the settings, and its addresses are https or on this machine."""
    provider.described = described

    answer = browser(console).get("/sso/start")

    assert answer.status_code == 503
    assert says in problem(answer)


def test_a_provider_that_says_its_name_in_each_answer_is_held_to_it(console: Console, provider: Provider) -> None:
    """RFC 9207: the answer of another one does not count."""
    provider.described = {"authorization_response_iss_parameter_supported": True}
    client = browser(console)

    assert "another provider" in problem(came_back(client, provider))
    path = provider.authorize(begun(client))
    assert client.get(f"{path}&iss=https://other.made-up.example").status_code == 401
    assert client.get(f"{provider.authorize(begun(client))}&iss={provider.issuer}").status_code == 303


def test_a_provider_that_is_down_silent_or_floods_is_said(
    console: Console, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, after a short while, and the password's form is below it."""
    path = "/.well-known/openid-configuration"
    client = browser(console)
    provider.publisher.at(path, large(openid_client.MOST_BYTES))
    flooded = client.get("/sso/start")
    monkeypatch.setattr(openid_client, "TIMEOUT_S", 0.2)
    provider.publisher.at(path, stalling(100, b'{"issuer":'))
    silent = client.get("/sso/start")
    provider.publisher.answers.pop(path)
    gone = client.get("/sso/start")

    assert [each.status_code for each in (flooded, silent, gone)] == [503] * 3
    assert "no whole answer" in problem(flooded)
    assert "does not answer" in problem(silent)
    assert "status 404" in problem(gone)
    assert 'name="password"' in silent.text


def test_a_provider_that_nobody_listens_for_is_said(base: tuple[Provider, Path], console: Console) -> None:
    """A port that is closed answers at once."""
    name_provider(base[1], "http://127.0.0.1:1")

    assert "does not answer" in problem(browser(console).get("/sso/start"))


def test_passwords_can_be_switched_off(console: Console, provider: Provider, base: tuple[Provider, Path]) -> None:
    """Then there is one way in, and no form, link or invitation of the other."""
    browser(console, "ben")
    link = console.accounts.make_link("ben", "reset", console.machine.now(), LASTS, console.machine.random_text)
    text = (base[1] / "evenhand.toml").read_text("utf-8")
    (base[1] / "evenhand.toml").write_text(
        text.replace("[console.sso]", "[console]\npasswords = false\n[console.sso]"), "utf-8"
    )
    stranger, ana = browser(console), browser(console)

    assert 'name="password"' not in stranger.get("/login").text
    right = {"person": "ben", "password": "seven made up words"}
    assert "switched off" in problem(stranger.post("/login", data=right))
    assert stranger.get(f"/link/{link}").status_code == 404
    came_back(ana, provider)
    assert ana.send_form("/people/add", person="ben").status_code == 400
    assert ana.send_form("/account/password", present="a", password="b", again="b").status_code == 400
    assert "Invite" not in ana.get("/people").text


def test_an_operator_ties_and_unties_an_account_on_the_page(console: Console, provider: Provider) -> None:
    """A name that another account has is refused, and who is untied has no session any more."""
    ana = browser(console)
    came_back(ana, provider)

    assert ana.send_form("/people/sign-on", person="ben", sign_on="Ben@made-up.example").status_code == 303
    assert console.accounts.existing("ben").sign_on == "ben@made-up.example"
    assert "another account" in problem(ana.send_form("/people/sign-on", person="cem", sign_on="ben@made-up.example"))
    assert ana.send_form("/people/sign-on", person="ana", sign_on="").status_code == 303
    assert not is_let_in(ana)


def test_a_console_without_a_provider_has_no_such_pages(console: Console, base: tuple[Provider, Path]) -> None:
    """Nothing is offered that does not work."""
    path = base[1] / "evenhand.toml"
    path.write_text(path.read_text("utf-8").partition("\n[console")[0], "utf-8")
    client = browser(console)

    assert "/sso/start" not in client.get("/login").text
    assert "no single sign-on" in problem(client.get("/sso/start"))
    assert client.get("/sso/callback?code=a&state=b").status_code == 400


def test_the_ties_are_in_the_consoles_own_file_alone(tmp_path: Path) -> None:
    """And an older file gets the tables when it is opened."""
    tables = ConsoleTables(tmp_path)
    tables.rows("DROP TABLE sign_on")
    tables.close()
    tables = ConsoleTables(tmp_path)
    Accounts(tables).add("ana", "", AT)
    SignOns(tables).tie("ana", " Ana@Made-Up.example ")

    assert json.dumps(tables.rows("SELECT * FROM sign_on")) == '[["ana", "ana@made-up.example", "", ""]]'
    tables.close()
