"""The Reconciliation Service API 0.2, so that OpenRefine can hold a column of names against the lists in force.

Source: Reconciliation Service API v0.2, W3C Entity Reconciliation Community Group, 10 April 2023.
The key is in the path: OpenRefine sends no headers of ours.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from evenhand.model.errors import EvenhandError
from evenhand.web.api.calls import Rates, checked_key, read_body
from evenhand.web.api.entity_query import READ_PROPERTIES, EntityQuery, entity_query
from evenhand.web.api.openapi import PREFIX
from evenhand.web.api.previews import HEIGHT, WIDTH, entry_flyout, flyout, preview_page
from evenhand.web.api.problems import ApiError, problem_of, read_each
from evenhand.web.api.screener import MOST, Screener
from evenhand.web.api.screening import MOST_NAMES, entity_properties
from evenhand.web.console.console import Console
from evenhand.workflows.queries.lookup import NameMatch

_TYPES: Final = {
    "LegalEntity": "Person or organisation", "Person": "Person", "Organization": "Organisation", "Company": "Company",
    "Vessel": "Ship", "Airplane": "Aircraft",
}  # fmt: skip
_ENTRY_PROPERTIES: Final = ("name", "alias", "country", "birthDate", "website", "program", "sourceUrl")
_SUGGESTED: Final = ("entity", "type", "property")
_MOST_SUGGESTED: Final = 20
# Answers may be read by pages of others: a key in the path is what lets them in, and no cookie is looked at.
_CORS: Final = {"access-control-allow-origin": "*"}

_Text = Annotated[str, msgspec.Meta(max_length=1_000)]
_Value = _Text | float | bool | dict[str, Any]


class _Property(msgspec.Struct):
    """A property that a query narrows by: its id and one value or several."""

    pid: _Text
    v: _Value | list[_Value]


class _Query(msgspec.Struct, forbid_unknown_fields=True):
    """One query: a name, properties, or both; `type` one id of a type or several."""

    query: _Text | msgspec.UnsetType = msgspec.UNSET
    type: _Text | list[_Text] = ""
    limit: float = 5
    properties: list[_Property] = []
    type_strict: str = "any"


class _ExtendProperty(msgspec.Struct):
    """A property that is asked for."""

    id: _Text


class _Extend(msgspec.Struct):
    """Entities of which properties are asked for."""

    ids: Annotated[list[_Text], msgspec.Meta(max_length=MOST_NAMES)]
    properties: Annotated[list[_ExtendProperty], msgspec.Meta(max_length=50)]


_queries = msgspec.json.Decoder(Annotated[dict[str, _Query], msgspec.Meta(max_length=MOST_NAMES)]).decode
_extend = msgspec.json.Decoder(_Extend).decode


def reconciliation_routes(screener: Screener, rates: Rates) -> list[BaseRoute]:
    """Return the routes of the service, below the key that lets a program in."""

    async def service(request: Request) -> Response:
        """Answer the manifest, queries, or values that are asked for."""
        return await _in_thread(request, rates, lambda console, form: _service(console, screener, request, form))

    def suggest(make: Callable[[Console, str], list[dict[str, str]]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            """Answer what begins as somebody types."""
            prefix = request.query_params.get("prefix", "").strip()[:1_000]
            return await _in_thread(request, rates, lambda console, _: {"result": make(console, prefix)})

        return answer

    async def proposal(request: Request) -> Response:
        """Answer which properties entries have."""
        properties = [{"id": each, "name": each} for each in _ENTRY_PROPERTIES]
        return await _in_thread(request, rates, lambda *_: {"properties": properties})

    async def preview(request: Request) -> Response:
        """Answer a small page about an entry, for a frame."""
        id_ = request.query_params.get("id", "")[:1_000]
        return await _in_thread(request, rates, lambda console, _: _preview(console, screener, id_))

    async def flown_out(request: Request) -> Response:
        """Answer a few lines about a suggestion."""
        kind, id_ = request.path_params["kind"], request.query_params.get("id", "")[:1_000]
        return await _in_thread(request, rates, lambda console, _: _flyout(console, screener, kind, id_))

    below = "/reconcile/{key}"
    return [
        *(Route(path, service, methods=["GET", "POST"]) for path in (below, f"{below}/")),
        Route(f"{below}/suggest/entity", suggest(lambda console, prefix: _entities(console, screener, prefix))),
        Route(f"{below}/suggest/type", suggest(lambda _, prefix: _beginning(_TYPES, prefix))),
        Route(f"{below}/suggest/property",
              suggest(lambda _, prefix: _beginning(dict(zip(READ_PROPERTIES, READ_PROPERTIES, strict=True)), prefix))),
        Route(f"{below}/properties", proposal),
        Route(f"{below}/preview", preview),
        Route(f"{below}/flyout/{{kind}}", flown_out),
    ]  # fmt: skip


async def _in_thread(
    request: Request, rates: Rates, make: Callable[[Console, Mapping[str, str]], Any]
) -> Response:  # fmt: skip
    """Return what is made of the fields that were sent; they are not read before the key is known."""
    console: Console = request.app.state.console
    secret = request.path_params["key"]

    def answered(fields: Mapping[str, str]) -> Response:
        made = make(console, fields)
        if isinstance(made, Response):
            return made
        return Response(msgspec.json.encode(made), media_type="application/json", headers=_CORS)

    try:
        await run_in_threadpool(checked_key, console, request, rates, "screen", "/reconcile", secret)
        return await run_in_threadpool(answered, await _fields(request))
    except ApiError as error:
        return error.answer(_CORS)
    except EvenhandError as error:
        return problem_of(error)


async def _fields(request: Request) -> Mapping[str, str]:
    """Return what was sent: the fields of the form, or of the query."""
    from urllib.parse import parse_qsl  # noqa: PLC0415  a form of two fields needs no more

    if request.method != "POST":
        return dict(request.query_params)
    body = await read_body(request)
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


def _service(console: Console, screener: Screener, request: Request, form: Mapping[str, str]) -> Any:
    """Return the manifest, the answers to queries, or the values that are asked for."""
    try:
        if "queries" in form:
            return _reconciled(console, screener, _queries(form["queries"]))
        if "extend" in form:
            return _extended(console, screener, _extend(form["extend"]))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise ApiError(422, f"the field cannot be read: {error}") from error
    return _manifest(console, request)


def _manifest(console: Console, request: Request) -> dict[str, Any]:
    site = console.settings.public_url or str(request.base_url).rstrip("/")
    service = f"{site}{PREFIX}/reconcile/{request.path_params['key']}"
    return {
        "versions": ["0.2"],
        "name": f"Lists of {console.network().settings.network.name} (Evenhand)",
        "identifierSpace": f"{site}/lists/",
        "schemaSpace": "https://followthemoney.tech/explorer/schemata/",
        "documentation": f"{site}{PREFIX}/openapi.json",
        "batchSize": 50,
        "defaultTypes": [{"id": id_, "name": name} for id_, name in _TYPES.items()],
        "view": {"url": f"{site}/find?q={{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {
                "service_url": service, "service_path": f"/suggest/{kind}",
                "flyout_service_url": service, "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            } for kind in _SUGGESTED
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"}, "property_settings": [],
        },
    }  # fmt: skip


def _reconciled(console: Console, screener: Screener, queries: Mapping[str, _Query]) -> dict[str, Any]:
    """Return the candidates of each query, best first; a query in which all is blank, as of an empty cell, has none.

    Raises:
        ApiError: 422, an empty query, or one with a property or value that cannot be used: left out, it would look as
            if nothing had been found.
    """
    parties = {
        name: party
        for name, party in read_each(queries, lambda name, query: _entity(query, console, f"query {name}")).items()
        if party is not None
    }
    answers = dict(zip(parties, screener.screen_entities(console, list(parties.values()), MOST), strict=True))
    return {
        name: {"result": [_candidate(each) for each in answers[name].matches[: _limit(query)]]}
        if name in answers
        else {"result": []}
        for name, query in queries.items()
    }


def _entity(query: _Query, console: Console, where: str) -> EntityQuery | None:
    """Return what a query asks for, None where all of it is blank or a mark such as `n/a`."""
    if query.query is msgspec.UNSET and not query.properties:
        raise ApiError(422, f"{where} has neither `query` nor `properties`")
    properties: dict[str, list[str]] = defaultdict(list)
    for each in query.properties:
        properties[each.pid] += _texts(each.v)
    if unknown := [each for each in properties if each not in READ_PROPERTIES]:
        raise ApiError(422, f"{where}: property `{unknown[0][:100]}` is unknown; known: {', '.join(READ_PROPERTIES)}")
    properties["name"].append(query.query or "")
    found = entity_query(_schema(query), properties, console.suffixes, where, needs_name=False)
    return found if found.compared else None


def _candidate(match: NameMatch) -> dict[str, Any]:
    features = [{"id": each.name, "value": each.similarity} for each in match.comparisons]
    return {
        "id": f"{match.list}:{match.entity_id}", "name": match.caption, "description": match.sentence,
        "score": round(100 * match.score, 1), "match": match.certain,
        "type": [{"id": match.entry.schema, "name": _TYPES.get(match.entry.schema, match.entry.schema)}],
        "features": list({each["id"]: each for each in features}.values()),
    }  # fmt: skip


def _extended(console: Console, screener: Screener, wanted: _Extend) -> dict[str, Any]:
    names = [each.id for each in wanted.properties]
    rows = {}
    for id_ in wanted.ids:
        entry = screener.entry(console, id_)
        known = {} if entry is None else entity_properties(entry)
        rows[id_] = {name: [{"str": text} for text in known.get(name, ())] for name in names}
    return {"meta": [{"id": name, "name": name} for name in names], "rows": rows}


def _entities(console: Console, screener: Screener, prefix: str) -> list[dict[str, str]]:
    if not prefix:
        return []
    query = entity_query("", {"name": prefix}, console.suffixes, "prefix")
    (answer,) = screener.screen_entities(console, [query], _MOST_SUGGESTED)
    return [
        {"id": f"{each.list}:{each.entity_id}", "name": each.caption, "description": each.sentence}
        for each in answer.matches
    ]


def _preview(console: Console, screener: Screener, id_: str) -> Response:
    return preview_page(screener.entry(console, id_), console.settings.preview_origins)


def _flyout(console: Console, screener: Screener, kind: str, id_: str) -> dict[str, str]:
    entry = screener.entry(console, id_) if kind == "entity" else None
    if entry is not None:
        return entry_flyout(id_, entry)
    names = {"type": _TYPES, "property": {each: each for each in READ_PROPERTIES}}.get(kind, {})
    if id_ not in names:
        raise ApiError(404, f"no {kind} of this id to show; known kinds: {', '.join(_SUGGESTED)}")
    return flyout(id_, names[id_])


def _beginning(known: Mapping[str, str], prefix: str) -> list[dict[str, str]]:
    wanted = prefix.lower()
    return [
        {"id": id_, "name": name}
        for id_, name in known.items()
        if id_.lower().startswith(wanted) or name.lower().startswith(wanted)
    ]


def _schema(query: _Query) -> str:
    several = [query.type] if isinstance(query.type, str) else query.type
    return next((each for each in several if each in _TYPES), "LegalEntity")


def _texts(value: _Value | list[_Value]) -> list[str]:
    """Return the values of a property as texts; of an entity that was reconciled before, its name."""
    several = value if isinstance(value, list) else [value]
    return [_text(each) for each in several]


def _text(value: _Value) -> str:
    """Return one value as a text: a year that a program sends as a number is no fraction."""
    if isinstance(value, dict):
        return str(value.get("name", value.get("id", "")))
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _limit(query: _Query) -> int:
    return int(min(max(query.limit, 1), MOST)) if query.limit == query.limit else 5
