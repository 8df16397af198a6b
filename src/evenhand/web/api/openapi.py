"""The description of the API as OpenAPI 3.1, made of its operations and the types that they take and give."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import msgspec

from evenhand.web.api.operations import Operation
from evenhand.web.api.problems import MEDIA_TYPE, TITLES, Problem

PREFIX: Final = "/api/v1"
_REF: Final = "#/components/schemas/{name}"
_ALWAYS: Final = (401, 403, 429)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the description."""
    types = [each.gives for each in operations] + [each.takes for each in operations if each.takes is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    of_type = dict(zip(map(repr, [*types, Problem]), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.shown_path, {})[each.method.lower()] = _operation(each, of_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evenhand", "version": version("evenhand"),
            "description": "Screens names, and reads and records decisions on who may buy advertising on a network.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer",
                        "description": "A key of `evenhand key add`, sent as `Authorization: Bearer evh_…`."},
            },
        },
    }  # fmt: skip


def _operation(operation: Operation, of_type: dict[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(operation.status): {
            "description": "Done." if operation.writes else "What was asked for.",
            "content": {"application/json": {"schema": of_type[repr(operation.gives)]}},
        }
    }
    answers |= {
        str(status): {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": of_type[repr(Problem)]}}}
        for status in sorted({*_ALWAYS, *_problems(operation)})
    }
    if operation.method == "GET":
        answers["304"] = {"description": "Unchanged since the ETag that was sent."}
    found: dict[str, Any] = {
        "operationId": operation.name, "summary": operation.summary, "description": _about(operation),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": answers,
    }  # fmt: skip
    if operation.takes is not None:
        content = {"application/json": {"schema": of_type[repr(operation.takes)]}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _about(operation: Operation) -> str:
    words = operation.about or (operation.handle.__doc__ or operation.summary).strip().partition("\n")[0]
    return f"{words} Scope: {operation.scope}."


def _problems(operation: Operation) -> tuple[int, ...]:
    reading = (404, 503) if operation.path_about else (503,)
    validated = (422,) if operation.parameters or operation.takes is not None else ()
    taken = (400, 413, 415) if operation.takes is not None else (400,)
    return (*reading, *validated, *taken, *((404, 409) if operation.writes else ()))


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "description": operation.path_about[name],
         "schema": {"type": "string", "minLength": 1, "maxLength": 200}}
        for name in re.findall(r"\{(\w+)\}", operation.shown_path)
    ]  # fmt: skip


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "in": "query",
            "required": each.is_required,
            "description": each.about,
            "schema": dict(each.schema),
        }
        for each in operation.parameters
    ]


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.writes:
        return []
    about = "A text of your own: a request that is sent again with it is answered as before, for a day."
    schema = {"type": "string", "maxLength": 200, "pattern": "^[ -~]*$"}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "description": about, "schema": schema}]
