"""A request on its way to an operation: key, scope, rate, body; and back: JSON, ETag, the answer given before."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from evenhand.model.api_key import ApiKey
from evenhand.model.errors import EvenhandError
from evenhand.model.json_keys import repeated_key
from evenhand.store.api_keys import ApiKeys, KeptAnswer
from evenhand.web.api.operations import Call, Operation, Parameter
from evenhand.web.api.problems import ApiError, problem_of
from evenhand.web.api.refusals import Refusals
from evenhand.web.console.console import Console
from evenhand.web.console.endpoints import check_holds
from evenhand.workflows.people.access import refused_access

MOST_BYTES: Final = 4 << 20
_MOST_NAME: Final = 200
_WINDOW_S: Final = 60
_NOT_PERMITTED: Final = 403
# Half of a surrogate pair without the other (RFC 8259 §8.2): the parser says of it that the text ends too early.
_HALF: Final = re.compile(
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
_TORN: Final = "it has half of a character beyond U+FFFF, such as `\\ud800` without the `\\udc00` that follows it"


class Rates:
    """How many requests of each key were taken in the present minute, and which were refused."""

    def __init__(self) -> None:
        self.refusals = Refusals()
        self._lock = threading.Lock()
        self._taken: dict[str, tuple[int, int]] = {}

    def check(self, key: ApiKey, now: datetime) -> None:
        """Count a request.

        Raises:
            ApiError: 429, the key's requests of this minute are used up.
        """
        window = int(now.timestamp()) // _WINDOW_S
        with self._lock:
            at, taken = self._taken.get(key.id, (window, 0))
            taken = taken + 1 if at == window else 1
            self._taken[key.id] = window, taken
        if taken > key.per_minute:
            left_s = _WINDOW_S - int(now.timestamp()) % _WINDOW_S
            raise ApiError(429, f"this key takes {key.per_minute} requests a minute", {"retry-after": str(left_s)})


def endpoint(operation: Operation, rates: Rates) -> Callable[[Request], Any]:
    """Return what Starlette calls for an operation."""
    decode = None if operation.takes is None else msgspec.json.Decoder(operation.takes).decode

    async def answer(request: Request) -> Response:
        """Answer one request."""
        console: Console = request.app.state.console
        try:
            where = f"{operation.method} {operation.shown_path}"
            # Before the body: who has no key sends none of it.
            key = await run_in_threadpool(checked_key, console, request, rates, operation.scope, where)
            body = await read_body(request) if operation.method == "POST" else b""
            response = await run_in_threadpool(_answered, operation, console, request, key, body, decode)
            if response.status_code == _NOT_PERMITTED:
                await run_in_threadpool(rates.refusals.keep, console, request, key.person, "API: not permitted", where)
            return response
        except ApiError as error:
            return error.answer()
        except EvenhandError as error:
            return problem_of(error)

    return answer


async def read_body(request: Request) -> bytes:
    """Return the body of a request.

    Raises:
        ApiError: 413, it is larger than 4 MiB.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise ApiError(413, f"the body is larger than {MOST_BYTES:,} bytes; send several requests")
        parts.append(part)
    return b"".join(parts)


def checked_key(console: Console, request: Request, rates: Rates, scope: str, where: str, secret: str = "") -> ApiKey:
    """Return the key of a request, which its header `Authorization: Bearer` has, or the path where it cannot.

    A refusal is kept, as one of the operation `where`.

    Raises:
        ApiError: 401 no valid key, 403 not for this scope or its person is not active, 429 too many requests.
    """
    word, _, given = request.headers.get("authorization", "").partition(" ")
    secret = secret or (given.strip() if word.lower() in ("bearer", "apikey") else "")
    now = console.machine.now()
    key = ApiKeys(console.tables).find(secret, now) if secret else None
    refused = partial(rates.refusals.keep, console, request)
    if key is None:
        refused("", "API: no valid key", where)
        raise ApiError(401, "give a key that is valid: `Authorization: Bearer evh_…`", {"www-authenticate": "Bearer"})
    try:
        rates.check(key, now)
    except ApiError:
        refused(key.person, "API: too many requests", where)
        raise
    if scope not in key.scopes:
        refused(key.person, "API: not permitted", where)
        raise ApiError(403, f"this key is for {', '.join(key.scopes)}, and this needs {scope}")
    if why := refused_access(console.network(), key.person, now):
        refused(key.person, "API: not permitted", where)
        raise ApiError(403, f"who answers for this key may not use it: {why}")
    return key


def _answered(
    operation: Operation, console: Console, request: Request, key: ApiKey, raw: bytes,
    decode: Callable[[bytes], Any] | None,
) -> Response:  # fmt: skip
    name = request.headers.get("idempotency-key", "") if operation.writes else ""
    if len(name) > _MOST_NAME or not name.isprintable():
        raise ApiError(400, f"the idempotency key has more than {_MOST_NAME} characters or is no text")
    keys = ApiKeys(console.tables)
    if name:
        request_hash = hashlib.sha256(request.url.path.encode() + b"\0" + raw).hexdigest()
        kept = keys.begin(key, name, request_hash, console.machine.now())
        if kept is not None:
            return _kept_answer(kept, request_hash)
    try:
        response = _made(operation, console, request, key, raw, decode)
    except BaseException:
        if name:
            keys.end(key, name, 500, b"")
        raise
    if name:
        keys.end(key, name, response.status_code, bytes(response.body))
    return response


def _made(
    operation: Operation, console: Console, request: Request, key: ApiKey, raw: bytes,
    decode: Callable[[bytes], Any] | None,
) -> Response:  # fmt: skip
    try:
        if operation.writes and operation.scope != "complain":
            check_holds(console)
        query = checked_query(request.query_params.multi_items(), operation.parameters)
        body = None if decode is None else decoded(request, raw, decode)
        call = Call(console, key, console.machine.now(), dict(request.path_params), query, body)
        given = operation.handle(call)
    except ApiError as error:
        return error.answer()
    except EvenhandError as error:
        return problem_of(error)
    content = msgspec.json.encode(given)
    headers = {}
    if operation.method == "GET":
        headers["etag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    return Response(content, operation.status, media_type="application/json", headers=headers)


def decoded(request: Request, raw: bytes, decode: Callable[[bytes], Any]) -> Any:
    """Return a body as its type.

    Raises:
        ApiError: 415 it is not said to be JSON, 400 it is none, 422 it is not as the description says, or a key is
            there twice.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError(415, "send the body as application/json")
    try:
        body = decode(raw)
        if key := repeated_key(raw):
            raise ApiError(422, f"`{key[:_MOST_NAME]}` is twice in an object: which of the values counts?")
        return body
    except msgspec.ValidationError as error:
        raise ApiError(422, f"{error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = _TORN if _HALF.search(raw) else f"{error}"
        raise ApiError(400, f"the body is no JSON: {what}") from error


def checked_query(given: Iterable[tuple[str, str]], parameters: tuple[Parameter, ...]) -> Mapping[str, str]:
    """Return the values of a query by name.

    Raises:
        ApiError: 422, a value that is not known, is there twice, or is not as the description says.
    """
    known = {each.name: each for each in parameters}
    found: dict[str, str] = {}
    for name, text in given:
        if name not in known or name in found:
            expected = ", ".join(known) or "none"
            raise ApiError(
                422, f"`{name}` is {'twice in the query' if name in found else f'unknown; known: {expected}'}"
            )
        found[name] = _checked(known[name], text)
    for each in parameters:
        if each.is_required and each.name not in found:
            raise ApiError(422, f"`{each.name}` is missing")
    return found


def _checked(parameter: Parameter, text: str) -> str:
    schema = parameter.schema
    kind = schema.get("type")
    try:
        if kind == "integer" and not schema.get("minimum", 0) <= _whole(text) <= schema.get("maximum", 10**9):
            raise ValueError
        if kind == "number" and not schema.get("minimum", 0) <= float(text) <= schema.get("maximum", 1):
            raise ValueError
        if "enum" in schema and text not in schema["enum"]:
            raise ValueError
        if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 1000):
            raise ValueError
    except ValueError:
        raise ApiError(422, f"`{parameter.name}` is not {msgspec.json.encode(schema).decode()}") from None
    return text


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError
    return int(text)


def _kept_answer(kept: KeptAnswer, request_hash: str) -> Response:
    """Return the answer to a request that came before with the same idempotency key."""
    if kept.request_hash != request_hash:
        raise ApiError(422, "another request came with this idempotency key; use a new one")
    if not kept.status:
        raise ApiError(409, "the first request with this idempotency key is still being answered", {"retry-after": "2"})
    kind = "application/json" if kept.status < 400 else "application/problem+json"
    return Response(kept.body, kept.status, media_type=kind, headers={"idempotent-replayed": "true"})
