"""A small OpenID provider on this machine: it logs everybody in as it is told, honestly or not."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.publisher import Answer, Handler, Publisher, file, publishing

CLIENT, SECRET = "evenhand console", "made-up client secret"
ADDRESS, SUBJECT = "ana@made-up.example", "made-up-subject-1"


def made_key(kind: str, kid: str) -> Key:
    """Return a new key of an algorithm."""
    parameters: Any = {"kid": kid, "use": "sig"}
    if kind in ("RS256", "PS256"):
        return RSAKey.generate_key(2048, parameters)
    if kind == "ES256":
        return ECKey.generate_key("P-256", parameters)
    return OKPKey.generate_key("Ed25519", parameters)


def segment(value: Any) -> str:
    """Return one part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """The provider: `key` signs, `published` are the keys that it shows, `claims` is laid over those of its tokens."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher, self.issuer = publisher, publisher.address
        self.algorithm, self.key = "RS256", made_key("RS256", "first")
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.token: str | None = None
        self.described: dict[str, Any] = {}
        self.published: list[Key] = [self.key]
        self.answer_at("/.well-known/openid-configuration", lambda: self.description | self.described)
        self.answer_at("/keys", lambda: {"keys": [each.as_dict(private=False) for each in self.published]})
        publisher.at("/token", self._exchange)

    @property
    def description(self) -> dict[str, Any]:
        """Return what it says of itself."""
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
                 "end_session_endpoint": "leave"}  # fmt: skip
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()}

    def answer_at(self, path: str, made: Any) -> None:
        """Answer a path with JSON that is made when it is asked for."""

        def answer(handler: Handler) -> None:
            file(json.dumps(made()).encode())(handler)

        self.publisher.at(path, answer)

    def authorize(self, address: str) -> str:
        """Return the path and query by which a browser comes back that was sent to `address`."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query, strict_parsing=True))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}"

    def id_token(self, asked: Mapping[str, str]) -> str:
        """Return the token of a log-in."""
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 300, "email": ADDRESS,
                  "nonce": asked["nonce"], "email_verified": True}  # fmt: skip
        said = {name: value for name, value in (claims | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid} | self.header
        return jwt.encode({k: v for k, v in header.items() if v is not None}, said, self.key, [self.algorithm])

    def _exchange(self, handler: Handler) -> None:
        form = {name: values[0] for name, values in parse_qs(self.publisher.bodies[-1].decode()).items()}
        asked = self.codes.pop(form["code"], None)
        challenge = segment(hashlib.sha256(form["code_verifier"].encode()).digest())
        basic = base64.b64encode(b"evenhand%20console:made-up%20client%20secret").decode()
        is_right = (
            asked is not None and challenge == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"] and form["grant_type"] == "authorization_code"
            and handler.headers["Authorization"] == f"Basic {basic}"
        )  # fmt: skip
        if not is_right or asked is None:
            body = b'{"error":"invalid_grant"}'
            handler.begin(400, {"Content-Length": len(body)})
            handler.wfile.write(body)
            return
        token = self.token if self.token is not None else self.id_token(asked)
        file(json.dumps({"id_token": token, "access_token": "made-up", "token_type": "Bearer"}).encode())(handler)


@contextmanager
def providing() -> Iterator[Provider]:
    """Run a provider for a while."""
    with publishing() as publisher:
        yield Provider(publisher)


def large(size: int) -> Answer:
    """Answer with so many bytes."""
    return file(b'{"padding":"' + b"x" * size + b'"}')
