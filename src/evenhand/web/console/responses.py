"""The headers of every answer, the cookie of a session, and those of a log-in that is not done yet."""

from typing import Final

from starlette.responses import Response

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_HEADERS: Final = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)
HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000")
NO_STORE: Final = (b"cache-control", b"no-store")


def cookie_name(*, https: bool) -> str:
    """Return the name of the session's cookie; over https browsers hold it to this host and path by its prefix."""
    return "__Host-evenhand" if https else "evenhand"


def step_cookie_name(step: str, *, https: bool) -> str:
    """Return the name of the cookie that carries a log-in from one step to the next."""
    return f"{cookie_name(https=https)}-{step}"


def set_step_cookie(response: Response, step: str, value: str, *, seconds: int, https: bool) -> None:
    """Give a browser what a step of a log-in needs again, for so many seconds."""
    response.set_cookie(
        step_cookie_name(step, https=https), value, max_age=seconds, path="/", secure=https, httponly=True,
        samesite="lax",
    )  # fmt: skip


def drop_step_cookie(response: Response, step: str, *, https: bool) -> None:
    """Take the cookie of a step back."""
    name = step_cookie_name(step, https=https)
    response.delete_cookie(name, path="/", secure=https, httponly=True, samesite="lax")


def set_cookie(response: Response, secret: str, *, https: bool) -> None:
    """Give a browser the secret of its session, until the browser is closed."""
    response.set_cookie(cookie_name(https=https), secret, path="/", secure=https, httponly=True, samesite="lax")


def drop_cookie(response: Response, *, https: bool) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(https=https), path="/", secure=https, httponly=True, samesite="lax")
