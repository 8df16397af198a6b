"""Findings as a STIX 2.1 bundle for others: who is linked, and by what; no word on who is behind.

An account is an identity, a pair a relationship `related-to`, a group a grouping with a note. Nothing is attributed to
an actor, and no technique is set. Ids are derived from the content: the same finding has the same id.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from evenhand.influence.graph_files import group_pairs
from evenhand.influence.pair_sentences import pair_sentence
from evenhand.model.coordination import CoordinatedGroup, Coordination
from evenhand.model.record import record_sha256


def stix_bundle(found: Coordination, names: Mapping[str, str], network: str, at: datetime) -> bytes:
    """Return the bundle as JSON. `network` is who says so, `at` when it was found, UTC."""
    made = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    source = _object("identity", made, None, [network], name=network, identity_class="organization")
    objects = [source]
    if found.groups:
        accounts = {
            member: _account(member, names, source["id"], made) for group in found.groups for member in group.members
        }
        objects += accounts.values()
        for group in found.groups:
            objects += _group(found, group, names, accounts, source["id"], made)
    bundle = {"type": "bundle", "id": _id("bundle", [each["id"] for each in objects], made), "objects": objects}
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _account(account: str, names: Mapping[str, str], source: str, made: str) -> dict[str, Any]:
    called = names.get(account, account)
    return _object(
        "identity", made, source, [source, account], name=called, identity_class="organization",
        description=f"Advertising account {account}",
    )  # fmt: skip


def _group(
    found: Coordination, group: CoordinatedGroup, names: Mapping[str, str], accounts: Mapping[str, dict[str, Any]],
    source: str, made: str,
) -> Iterable[dict[str, Any]]:  # fmt: skip
    links = [
        _object(
            "relationship", made, source, [source, pair.a, pair.b, pair.layer], relationship_type="related-to",
            source_ref=accounts[pair.a]["id"], target_ref=accounts[pair.b]["id"],
            description=pair_sentence(pair, names),
        )
        for pair in group_pairs(found, group.members) if not pair.declared
    ]  # fmt: skip
    refs = [*(accounts[member]["id"] for member in group.members), *(link["id"] for link in links)]
    grouping = _object(
        "grouping", made, source, [source, group.id], context="suspicious-activity",
        name=f"{len(group.members)} accounts that act as one beyond chance", object_refs=refs,
    )  # fmt: skip
    note = _object(
        "note", made, source, [source, group.id], abstract="What was counted, and what it does not say",
        content="\n".join([
            f"{len(group.members)} advertising accounts are linked by {len(links)} pairs beyond chance and declared no "
            f"common control; weakest account q = {group.q:.2g}. Acting alike is no proof of who is behind it, nor "
            "that anybody is deceived.",
            *(link["description"] for link in links[:20]),
        ]),
        object_refs=[grouping["id"]],
    )  # fmt: skip
    return [*links, grouping, note]


def _object(kind: str, made: str, source: str | None, key: list[str], **values: Any) -> dict[str, Any]:
    by = {} if source is None else {"created_by_ref": source}
    return {
        "type": kind, "spec_version": "2.1", "id": _id(kind, key), "created": made, "modified": made, **by, **values
    }  # fmt: skip


def _id(kind: str, *key: object) -> str:
    # STIX wants random UUIDs here, of version 4: a hash is as good, and finds the same object again.
    return f"{kind}--{UUID(hex=record_sha256([kind, *key])[:32], version=4)}"
