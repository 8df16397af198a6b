"""When an ID token is believed (OpenID Connect Core 1.0, 3.1.3.7): who signed it, for whom, when, for which log-in."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey, import_key

from evenhand.web.openid.failures import SignOnFailed

LEEWAY_S = 60
_LEAST_RSA_BITS = 2048
_MOST_SUBJECT = 255
# Of each algorithm the only kind of key, and its curve: a public key is never taken for the secret of a MAC.
_ALGORITHMS: dict[str, tuple[type[Key], str]] = {
    "RS256": (RSAKey, ""), "PS256": (RSAKey, ""), "ES256": (ECKey, "P-256"), "EdDSA": (OKPKey, "Ed25519"),
}  # fmt: skip

RawKeys = Sequence[Any]
"""Keys as a provider publishes them: objects of JSON, of which any may be of a kind that is not used here."""


@dataclass(frozen=True)
class Expected:
    """What a token has to say; `acr` is ``""`` where any class of authentication will do."""

    issuer: str
    client_id: str
    nonce: str
    now: int
    acr: str = ""


class _Registry(jws.JWSRegistry):
    """The four algorithms that are taken, whatever else the library knows; `crit` is checked by it."""

    def get_alg(self, name: str) -> Any:
        """Return an algorithm of the four."""
        if name not in _ALGORITHMS:
            raise UnsupportedAlgorithmError(f"`{name}` is not taken")
        return self.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)


def checked_claims(token: str, keys_of: Callable[[bool], RawKeys], expected: Expected) -> dict[str, Any]:
    """Return the claims of an ID token that holds; `keys_of(True)` asks the provider again, for a key that is new.

    Raises:
        SignOnFailed: it does not hold; the message says in which respect.
    """
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        key = _key_for(header, keys_of)
        claims = jwt.decode(token, key, registry=_REGISTRY).claims
        _check(claims, header, expected)
    except (JoseError, ValueError, TypeError, KeyError, UnicodeError, OverflowError, RecursionError) as error:
        raise SignOnFailed("the provider's ID token does not hold", got=_said(error)) from error
    return claims


def _key_for(header: dict[str, Any], keys_of: Callable[[bool], RawKeys]) -> Key:
    """Return the one key that a header names; where none has its id, the provider is asked once for newer keys."""
    name = str(header.get("alg"))
    if name not in _ALGORITHMS:
        raise SignOnFailed("the provider's ID token is signed by an algorithm that is not taken", got=name,
                           expected=", ".join(_ALGORITHMS))  # fmt: skip
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise SignOnFailed("the provider sent a token of another kind", got=str(header["typ"]), expected="JWT")
    found = _fitting(keys_of(False), name, header.get("kid")) or _fitting(keys_of(True), name, header.get("kid"))
    if len(found) != 1:
        raise SignOnFailed("no key of the provider fits its ID token", got=str(header.get("kid", "no id of a key")))
    return found[0]


def _fitting(raw: RawKeys, algorithm: str, kid: object) -> list[Key]:
    """Return the keys for an algorithm with an id; all keys for it where the token names none."""
    kind, curve = _ALGORITHMS[algorithm]
    found = []
    for each in raw:
        if (
            not isinstance(each, dict) or each.get("kty") != kind.key_type or each.get("use", "sig") != "sig"
            or each.get("alg", algorithm) != algorithm or each.get("crv", "") != curve
            or (kid is not None and each.get("kid") != kid)
        ):  # fmt: skip
            continue
        key = import_key({name: value for name, value in each.items() if name != "key_ops"})
        if not isinstance(key, RSAKey) or key.public_key.key_size >= _LEAST_RSA_BITS:
            found.append(key)
    return found


def _check(claims: dict[str, Any], header: dict[str, Any], expected: Expected) -> None:
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": expected.issuer}, "aud": {"essential": True, "value": expected.client_id},
    }  # fmt: skip
    if expected.acr:
        options["acr"] = {"essential": True, "value": expected.acr}
    CodeIDToken(claims, header, options, {"client_id": expected.client_id}).validate(expected.now, LEEWAY_S)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise SignOnFailed("the provider's ID token is of another log-in", got="another nonce")
    if not 0 < len(claims["sub"]) <= _MOST_SUBJECT:
        raise SignOnFailed("the provider's ID token names nobody", got="no subject")


def _said(error: Exception) -> str:
    """Return in a few words what the library says of a token, never the token."""
    claim = getattr(error, "claim", "")
    return f"{type(error).__name__}{f' of {claim}' if claim else ''}"
