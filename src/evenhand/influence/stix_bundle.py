"""Findings as a STIX 2.1 bundle for others: who is linked, and by what; no word on who is behind.

An account is an identity, a pair a relationship `related-to`, a group a grouping with a note. Nothing is attributed to
an actor. A technique of DISARM is an attack pattern, and only one that a person set is in it. Ids are derived from the
content: the same finding has the same id.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from evenhand.influence.graph_files import group_pairs
from evenhand.influence.pair_sentences import pair_sentence
from evenhand.model.coordination import CoordinatedGroup, Coordination
from evenhand.model.record import record_sha256
from evenhand.model.technique import SetTechniques

_NONE: Final = SetTechniques()


def stix_bundle(
    found: Coordination, names: Mapping[str, str], network: str, at: datetime, techniques: Mapping[str, SetTechniques]
) -> bytes:
    """Return the bundle as JSON. `network` is who says so, `at` when it was found, UTC.

    `techniques` are those that people set, by id of the group; who set them is not in the bundle.
    """
    made = _instant(at)
    source = _object("identity", made, None, [network], name=network, identity_class="organization")
    objects = [source]
    if found.groups:
        accounts = {
            member: _account(member, names, source["id"], made) for group in found.groups for member in group.members
        }
        objects += accounts.values()
        standing = {each.id for group in found.groups for each in techniques.get(group.id, _NONE).standing}
        objects += (_pattern(each, source["id"], made) for each in sorted(standing))
        for group in found.groups:
            of_group = _group(found, group, names, accounts, source["id"], made)
            objects += _with_techniques(of_group, techniques.get(group.id, _NONE), source["id"], made)
    bundle = {"type": "bundle", "id": _id("bundle", [each["id"] for each in objects], made), "objects": objects}
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _account(account: str, names: Mapping[str, str], source: str, made: str) -> dict[str, Any]:
    called = names.get(account, account)
    return _object(
        "identity", made, source, [source, account], name=called, identity_class="organization",
        description=f"Advertising account {account}",
    )  # fmt: skip


def _pattern(technique: str, source: str, made: str) -> dict[str, Any]:
    """Return a technique; its name is its id, since no catalogue of names is at hand."""
    return _object(
        "attack-pattern", made, source, [source, technique], name=technique,
        external_references=[{"source_name": "DISARM", "external_id": technique}],
    )  # fmt: skip


def _with_techniques(
    of_group: list[dict[str, Any]], techniques: SetTechniques, source: str, made: str
) -> Iterable[dict[str, Any]]:
    """Return the objects of a group of which the grouping and the note also say what people set, and when."""
    *links, grouping, note = of_group
    if techniques.changed_at is None:
        return of_group
    patterns = [_pattern(each.id, source, made)["id"] for each in techniques.standing]
    modified = max(made, _instant(techniques.changed_at))
    lines = [f"A person set DISARM {each.id} on {each.at.astimezone(UTC):%Y-%m-%d}." for each in techniques.standing]
    return [
        *links,
        grouping | {"modified": modified, "object_refs": [*grouping["object_refs"], *patterns]},
        note | {"modified": modified, "content": "\n".join([note["content"], *lines])},
    ]


def _group(
    found: Coordination, group: CoordinatedGroup, names: Mapping[str, str], accounts: Mapping[str, dict[str, Any]],
    source: str, made: str,
) -> list[dict[str, Any]]:  # fmt: skip
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


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _object(kind: str, made: str, source: str | None, key: list[str], **values: Any) -> dict[str, Any]:
    by = {} if source is None else {"created_by_ref": source}
    return {
        "type": kind, "spec_version": "2.1", "id": _id(kind, key), "created": made, "modified": made, **by, **values
    }  # fmt: skip


def _id(kind: str, *key: object) -> str:
    # STIX wants random UUIDs here, of version 4: a hash is as good, and finds the same object again.
    return f"{kind}--{UUID(hex=record_sha256([kind, *key])[:32], version=4)}"
