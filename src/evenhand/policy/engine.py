"""The Cedar engine behind one narrow protocol: requests and entities in, Cedar's own answers out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal, Protocol

import cedarpy

ENGINE = f"cedarpy {version('cedarpy')}"

_ERROR = re.compile(r"error while evaluating policy `(.*?)`: ", re.DOTALL)


@dataclass(frozen=True)
class Response:
    """Cedar's answer to one request: ids of the policies that determined it, and of those that errored."""

    decision: Literal["allow", "deny", "nodecision"]
    reasons: tuple[str, ...]
    errors: tuple[str, ...]


NO_DECISION = Response("nodecision", (), ())


class EntitiesInvalid(ValueError):
    """The entities are no Cedar JSON or do not fit the schema; the caller rules the requests as nodecision."""


class PolicyEngine(Protocol):
    """A set of policies with its schema, ready to answer.

    `requests` are `{"principal": {"type", "id"}, "action": …, "resource": …, "context": JSON text}`; `entities`
    is one JSON list. Answers come in the order of the requests.

    Raises:
        EntitiesInvalid: the entities as a whole do not fit; nothing is answered.
    """

    def responses(self, requests: Sequence[dict[str, Any]], entities: bytes) -> list[Response]:
        """Return Cedar's answers."""
        ...


class CedarEngine:
    """cedarpy with parsed handles; text is parsed again at every call, 15 to 700 times slower (`policy.md` §5)."""

    def __init__(self, policies: cedarpy.PolicySet, schema: cedarpy.Schema | None) -> None:
        self._policies, self._schema = policies, schema

    def responses(self, requests: Sequence[dict[str, Any]], entities: bytes) -> list[Response]:
        """Return Cedar's answers; a request that does not fit the schema has none."""
        return self.responses_in(requests, self.store(entities))

    def store(self, entities: bytes) -> cedarpy.Entities:
        """Return entities as Cedar holds them, to be asked about more than once.

        Raises:
            EntitiesInvalid: they are no Cedar JSON or do not fit the schema.
        """
        try:
            return cedarpy.Entities.from_json_str(entities.decode(), self._schema)
        except ValueError as error:
            raise EntitiesInvalid(str(error)) from error

    def responses_in(self, requests: Sequence[dict[str, Any]], store: cedarpy.Entities) -> list[Response]:
        """Return Cedar's answers about entities that it holds already."""
        results = cedarpy.is_authorized_batch(list(requests), self._policies, store, self._schema)
        return [_response(result) for result in results]


def validation_errors(text: str, schema: cedarpy.Schema) -> list[tuple[str, str]]:
    """Return (positional policy id, message) for each way in which policies break strict validation.

    Other threads run meanwhile.
    """
    found = cedarpy.validate_policies(text, schema, release_gil=True)
    return [(each.policy_id, each.error) for each in found.errors]


def _response(result: cedarpy.AuthzResult) -> Response:
    if result.decision is cedarpy.Decision.NoDecision:
        return NO_DECISION
    diagnostics = result.diagnostics
    errored = (_ERROR.match(sentence) for sentence in diagnostics.errors)
    return Response(
        "allow" if result.allowed else "deny",
        tuple(sorted(diagnostics.reasons)),
        tuple(sorted(found[1] for found in errored if found)),
    )
