"""Schemas in Cedar's JSON form, which Cedar's own cases have and no rulebook has."""

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.schema import Schema, read_schema


def read_json_schema(text: str, where: str = "schema.json") -> Schema:
    """Return the types that a schema in Cedar's JSON form declares.

    Raises:
        RulebookInvalid: it is no schema.
    """
    try:
        handle = cedarpy.Schema.from_json_str(text)
    except ValueError as error:
        raise RulebookInvalid(str(error), where=where) from error
    return read_schema(str(handle), where)
