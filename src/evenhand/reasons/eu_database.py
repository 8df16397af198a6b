"""Requests to the EU Transparency Database, and what its replies mean for each statement (`reasons.md` §4)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from evenhand.model.errors import BadInput
from evenhand.model.retry_after import retry_after_s

_LONGEST = 500
_KEPT = ("uuid", "id", "created_at", "permalink", "self")
_IN_DOUBT = (408, 425)
MOST = 100
_STATEMENT = "/api/v1/statement"


class DatabaseRequest(NamedTuple):
    """A method, a path below the database's address, and a body of JSON; a question has none."""

    method: str
    path: str
    body: bytes | None


def to_store(payloads: Sequence[bytes]) -> DatabaseRequest:
    """Return the request that stores these statements, all or none; each is the JSON of one.

    Raises:
        BadInput: none, or more than the 100 that the database takes at once.

    >>> to_store([b'{"puid":"r-1"}'])
    DatabaseRequest(method='POST', path='/api/v1/statement', body=b'{"puid":"r-1"}')
    """
    if not 1 <= len(payloads) <= MOST:
        raise BadInput("a batch of", got=len(payloads), expected=f"1 to {MOST} statements")
    if len(payloads) == 1:
        return DatabaseRequest("POST", _STATEMENT, payloads[0])
    return DatabaseRequest("POST", f"{_STATEMENT}s", b'{"statements":[' + b",".join(payloads) + b"]}")


def to_ask(puid: str) -> DatabaseRequest:
    """Return the question whether the database knows a statement."""
    return DatabaseRequest("GET", f"{_STATEMENT}/existing-puid/{puid}", None)


class DatabaseReply(NamedTuple):
    """Status, body and the text of the header `Retry-After` (`""`: none)."""

    status: int
    body: bytes
    retry_after: str = ""


class FollowUp(StrEnum):
    """What is to be done with the statements of a request that an answer does not settle."""

    SEND = "send"  # none of them is stored and nothing is wrong with them
    APART = "apart"  # none is stored, and one is wrong: send each alone
    LATER = "later"  # none is stored; wait first
    ASK = "ask"  # nobody knows; wait, then ask for each
    STOP = "stop"  # none is stored, and no other attempt will do better
    LOOK = "look"  # nobody knows, and this is no answer of the database: a person looks


class ReplyMeaning(NamedTuple):
    """The statements that are stored or refused, by puid with what the database said, and what to do with the rest."""

    then: FollowUp
    stored: Mapping[str, Any]
    refused: Mapping[str, Any]


def read_stored(answer: DatabaseReply, puids: Sequence[str]) -> ReplyMeaning:
    """Return what became of a request to store; only 201 means stored, or that the database knew a `puid` before."""
    match answer.status:
        case 201:
            return ReplyMeaning(FollowUp.SEND, _receipts(answer.body, puids), {})
        case 422 if len(puids) == 1:
            return _one_refused(_json(answer.body), puids[0])
        case 422:
            return _some_refused(_json(answer.body), puids)
        case 413 if len(puids) > 1:
            return ReplyMeaning(FollowUp.APART, {}, {})
        case status:
            return ReplyMeaning(_otherwise(status), {}, {})


def read_known(answer: DatabaseReply, puid: str) -> ReplyMeaning:
    """Return what the answer to `existing-puid` means: 302 known, 404 not. The redirect is not followed.

    A 302 that is about something else comes from another server, which says nothing of the statement.
    """
    if answer.status == 302 and (not answer.body or _json(answer.body).get("puid") == puid):
        return ReplyMeaning(FollowUp.SEND, {puid: {"status": 302}}, {})
    if answer.status == 404:
        return ReplyMeaning(FollowUp.SEND, {}, {})
    then = _otherwise(answer.status)
    return ReplyMeaning(FollowUp.ASK if then is FollowUp.LATER else then, {}, {})


def asked_wait_s(answer: DatabaseReply, now_s: float) -> float:
    """Return the seconds that `Retry-After` asks for, given as a number or as a date; 0 if it says neither."""
    return retry_after_s(answer.retry_after, now_s)


def _otherwise(status: int) -> FollowUp:
    if status == 429:
        return FollowUp.LATER
    if status >= 500 or status in _IN_DOUBT:
        return FollowUp.ASK
    return FollowUp.STOP if status >= 400 else FollowUp.LOOK


def _receipts(body: bytes, puids: Sequence[str]) -> dict[str, Any]:
    """Return what the database says of each statement that it stored, as far as it says anything readable."""
    content = _json(body)
    listed = content.get("statements")
    rows = [each for each in (listed if isinstance(listed, list) else [content]) if isinstance(each, dict)]
    by_puid = {row["puid"]: row for row in rows if isinstance(row.get("puid"), str)}
    return {puid: {"status": 201} | _cut(by_puid.get(puid, {})) for puid in puids}


def _one_refused(content: dict[str, Any], puid: str) -> ReplyMeaning:
    existing = content.get("existing")
    if isinstance(existing, dict) and existing.get("puid") == puid:
        return ReplyMeaning(FollowUp.SEND, {puid: {"status": 422} | _cut(existing)}, {})
    return ReplyMeaning(FollowUp.SEND, {}, {puid: _fields(content.get("errors") or "refused without a field")})


def _some_refused(content: dict[str, Any], puids: Sequence[str]) -> ReplyMeaning:
    errors = content.get("errors")
    errors = errors if isinstance(errors, dict) else {}
    known = errors.get("existing_puids")
    stored = {puid: {"status": 422} for puid in puids if isinstance(known, list) and puid in known}
    refused = {
        puid: _fields(errors[f"statement_{place}"])
        for place, puid in enumerate(puids)
        if puid not in stored and errors.get(f"statement_{place}")  # named with nothing wrong: it is not refused
    }
    return ReplyMeaning(FollowUp.SEND if stored or refused else FollowUp.APART, stored, refused)


def _fields(errors: object) -> dict[str, str]:
    """Return the database's words by field, cut: what it answers is kept, not what it might repeat of ours.

    Words about no field are kept under ``""``.
    """
    if not isinstance(errors, dict):
        return {"": _words(errors)}
    return {field[:_LONGEST]: _words(content) for field, content in errors.items()}


def _words(content: object) -> str:
    lines = content if isinstance(content, list) else [content]
    return " ".join(str(line) for line in lines)[:_LONGEST]


def _cut(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: _words(row[name]) for name in _KEPT if row.get(name) is not None}


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
