"""The service described for programs: an OpenAPI document made from the types that are read and written."""

from typing import Any, Final, Literal, get_args, get_type_hints

import msgspec

from evenhand.gate.fast.bid_filter import Removal
from evenhand.gate.orders.order import Order
from evenhand.gate.orders.purchase import PurchaseAnswer
from evenhand.model.register import Verdict
from evenhand.model.service import Mode
from evenhand.web.gate.counters import OUTCOMES
from evenhand.web.gate.readiness import Readiness, Unready
from evenhand.web.gate.request_bodies import Question

_REF: Final = "#/components/schemas/{name}"
_TEXT: Final = {"type": "string"}
_OBJECT: Final = {"type": "object"}


def document() -> dict[str, Any]:
    """Return the document, OpenAPI 3.1.

    Source: OpenAPI Specification 3.1.1, "Schema"; the schemas are those of `msgspec.json.schema_components`.
    """
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Evenhand gate", "version": "1", "description": _ABOUT},
        "paths": _PATHS,
        "components": {"schemas": schemas, "headers": _HEADERS},
    }


def _schemas() -> dict[str, Any]:
    written = [_written(Verdict, outcome=Literal[OUTCOMES]), _written(Removal, outcome=Literal[OUTCOMES])]
    _, schemas = msgspec.json.schema_components(
        [Question, Order, PurchaseAnswer, Readiness, Unready, *written], ref_template=_REF
    )
    schemas["Error"] = {"type": "object", "properties": {"error": _TEXT, "field": _TEXT}, "required": ["error"]}
    schemas["Status"] = {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}
    schemas["Parts"] = {
        "type": "object", "properties": {"request": _OBJECT, "response": _OBJECT}, "required": ["request", "response"],
    }  # fmt: skip
    schemas["Filtered"] = {
        "type": "object",
        "properties": {
            "removed": {"type": "array", "items": _ref("Removal")},
            "response": {"type": ["object", "null"]},
            "malformed": {
                "type": "boolean",
                "description": "true where the response could not be read, and passed or was dropped as the operator "
                "chose; absent otherwise",
            },
        },
        "required": ["removed", "response"],
    }
    return schemas | {"Document": _OBJECT, "Request": _OBJECT}


def _written(kind: type, **narrower: Any) -> type:
    """Return a twin of a record as it is written: a field that may be left out is one that need not be there."""
    hints = get_type_hints(kind) | narrower
    fields = [
        (name, hint, msgspec.UNSET) if msgspec.UnsetType in get_args(hint) else (name, hint)
        for name, hint in hints.items()
    ]
    return msgspec.defstruct(kind.__name__, fields, kw_only=True)


def _post(about: str, question: str, answer: str) -> dict[str, Any]:
    refusals = {status: _answer(why, _json(_ref("Error"))) for status, why in _REFUSALS.items()}
    body = {"required": True, "content": _json(_ref(question))}
    return {"post": {"summary": about, "requestBody": body, "responses": _given(answer) | refusals}}


def _get(
    about: str, answer: str | None, refusals: dict[str, str] | None = None, refused_with: str = "Error"
) -> dict[str, Any]:
    refused = {status: _answer(why, _json(_ref(refused_with))) for status, why in (refusals or {}).items()}
    return {"get": {"summary": about, "responses": _given(answer) | refused}}


def _given(schema: str | None) -> dict[str, Any]:
    content = {"text/plain": {"schema": {"type": "string"}}} if schema is None else _json(_ref(schema))
    return {"200": _answer("the answer", content)}


def _answer(about: str, content: dict[str, Any]) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    return {"description": about, "headers": headers, "content": content}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _REF.format(name=name)}


_REFUSALS: Final = {
    "400": "not JSON in UTF-8 or no whole gzip, too deep, not as described here, or no OpenRTB request",
    "408": "the request did not arrive in time",
    "411": "a body with its length is needed",
    "413": "the body is too long",
    "415": "the body is not JSON, or compressed otherwise than by gzip",
    "500": "a fault of the service",
    "503": "there is no register to answer from, or there are too many connections",
}
_HEADERS: Final = {
    "evenhand-mode": {
        "description": "The position of the switch: with `observe` nothing is removed, only told.",
        "schema": {"type": "string", "enum": [mode.value for mode in Mode]},
    },
    "evenhand-register": {
        "description": "Tree size of the checkpoint that the register was made at, or `none`; `; stale` past its time.",
        "schema": {"type": "string", "pattern": "^([0-9]+|none)(; stale)?$"},
    },
}
_ABOUT: Final = (
    "May this buyer buy, here, now? Answers from one register, which is made from a ledger of decisions, and names the "
    "decision that it acts on. Bids that stay are passed byte for byte."
)

_PATHS: Final = {
    "/v1/filter": _post("Take the bids out of a response that may not buy", "Parts", "Filtered"),
    "/v1/verdict": _post("Say what the decisions in force mean for a bid or a party", "Question", "Verdict"),
    "/v1/shape": _post("Name in a request who may not buy, so that nobody bids in vain", "Request", "Request"),
    "/v1/purchase": _post("Say whether an order may be taken, and what would change that", "Order", "PurchaseAnswer"),
    "/healthz": _get("Whether the process lives", "Status"),
    "/readyz": _get("Which register is answered from", "Readiness", {"503": "there is none"}, "Unready"),
    "/metrics": _get("Counts in Prometheus' text form", None),
    "/openapi.json": _get("This document", "Document"),
}

DOCUMENT: Final = msgspec.json.encode(document())
