"""Block lists as Prebid takes them: the server's module `ortb2blocking` in Go and Java, and Prebid.js.

Source: docs.prebid.org, "ORTB2 Blocking Module" and "Bid Response Filter", and the modules' own code (Prebid.js 11.20
and 11.36, Prebid Server in Go and in Java of August 2026); all compare values as text, exactly.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from evenhand.gate.blocking.block_lists import BlockLists
from evenhand.gate.blocking.coverage import Says
from evenhand.gate.blocking.drift import Listed
from evenhand.gate.registers.row_keys import BUNDLE, DOMAIN
from evenhand.model.errors import BadInput
from evenhand.model.visible_text import json_visible

Place = tuple[str, ...]
_decode = msgspec.json.Decoder().decode


class Prebid(NamedTuple):
    """One way in which Prebid is configured; fits `formats.Format`.

    `module` leads to what is ours in the host's file. In it `lists` has the place of each type of value, `switches` of
    each switch: None is on where a bid that names no advertiser is held or refused. `unset` are the switches that
    Prebid takes for on when they are absent.
    """

    module: Place
    lists: Mapping[Place, str]
    switches: Mapping[Place, bool | None]
    unset: frozenset[Place]
    notes: tuple[str, ...]

    @property
    def says(self) -> Says:
        """Return what the format can say."""
        names = {"domain": DOMAIN, "bundle": BUNDLE}
        kinds = frozenset(names[each] for each in self.lists.values())
        return Says(kinds, choices=frozenset({"missing"}), until=False, notes=self.notes)

    def document(self, lists: BlockLists) -> dict[str, Any]:
        """Return the configuration as plain values."""
        whole: dict[str, Any] = {}
        for place, state in self._states(lists).items():
            _put(whole, self.module + place, state)
        for place, kind in self.lists.items():
            _put(whole, self.module + place, _values(lists, kind))
        return whole

    def text(self, lists: BlockLists) -> bytes:
        """Return the configuration as a file: JSON, one entry a line."""
        return msgspec.json.format(json_visible(msgspec.json.encode(self.document(lists))), indent=2) + b"\n"

    def due(self, lists: BlockLists) -> Listed:
        """Return what a host should have."""
        values = {(kind, value) for kind in self.lists.values() for value in _values(lists, kind)}
        return Listed(values, {".".join(place): state for place, state in self._states(lists).items()})

    def read(self, data: bytes, where: Path) -> Listed:
        """Return what a host's file has; what is not ours in it is not looked at.

        Raises:
            BadInput: no JSON, not this module's configuration, or a list or switch of another type.
        """
        module = self._module(data, where)
        values = {
            (kind, value)
            for place, kind in self.lists.items()
            for value in self._typed(module, place, list[str] | None, where) or ()
        }
        states = {place: self._typed(module, place, bool | None, where) for place in self.switches}
        return Listed(
            values, {".".join(place): place in self.unset if on is None else on for place, on in states.items()}
        )

    def _states(self, lists: BlockLists) -> dict[Place, bool]:
        missing = lists.policy.missing != "allow"
        return {place: missing if on is None else on for place, on in self.switches.items()}

    def _module(self, data: bytes, where: Path) -> Any:
        """Return the part of a host's file that is this module's; the file itself if it says which by its keys."""
        try:
            whole = _decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadInput(f"not JSON: {error}", where=where, expected="the host's configuration as JSON") from error
        module = _get(whole, self.module)
        if isinstance(module, dict) and (self.module or not module.keys().isdisjoint(self._heads())):
            return module
        keys = ".".join(self.module) or "` or `".join(sorted(self._heads()))
        raise BadInput(
            "not in this format", where=where, expected=f"an object at `{keys}`", todo="name the host's format"
        )

    def _heads(self) -> set[str]:
        return {place[0] for place in (*self.lists, *self.switches)}

    def _typed(self, module: Any, place: Place, kind: Any, where: Path) -> Any:
        try:
            return msgspec.convert(_get(module, place), kind)
        except msgspec.ValidationError as error:
            raise BadInput(f"{'.'.join(self.module + place)}: {error}", where=where) from error


def _values(lists: BlockLists, kind: str) -> tuple[str, ...]:
    return lists.spelled if kind == "domain" else lists.values(kind)


def _put(whole: dict[str, Any], place: Place, value: object) -> None:
    *above, last = place
    for key in above:
        whole = whole.setdefault(key, {})
    whole[last] = value


def _get(value: Any, place: Place) -> Any:
    """Return what stands at a place within objects, None if there is nothing."""
    for key in place:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _server(module: Place, sign: str, notes: tuple[str, ...] = ()) -> Prebid:
    """Return the server's form, whose words are joined by a sign."""
    enforce, unknown = f"enforce{sign}blocks", f"block{sign}unknown{sign}adomain"
    return Prebid(
        module=("hooks", "modules", *module, "attributes"),
        lists={("badv", f"blocked{sign}adomain"): "domain", ("bapp", f"blocked{sign}app"): "bundle"},
        switches={("badv", enforce): True, ("badv", unknown): None, ("bapp", enforce): True},
        unset=frozenset(),
        notes=(
            "seats cannot be listed: Prebid uses the seat for the bidder's code and has no `bseat`",
            "nothing is blocked unless the execution plan names both stages of the module",
            *notes,
        ),
    )


def _browser(domains: Place, unset_attr: bool, notes: tuple[str, ...] = ()) -> Prebid:
    """Return the browser's form: every check that the list does not use is off, else it rejects what adapters omit."""
    checks = [("bidResponseFilter", check) for check in ("cat", "attr", "mediaTypes")]
    off: dict[Place, bool | None] = {(*check, name): False for check in checks for name in ("enforce", "blockUnknown")}
    adv: dict[Place, bool | None] = {
        ("bidResponseFilter", "adv", "enforce"): True,
        ("bidResponseFilter", "adv", "blockUnknown"): None,
    }
    quiet = frozenset() if unset_attr else {("bidResponseFilter", "attr", "blockUnknown")}
    return Prebid(
        module=(),
        lists={domains: "domain"},
        switches=adv | off,
        unset=frozenset(adv | off) - quiet,
        notes=(
            "bundles and seats cannot be listed: the module compares domains",
            "`cat`, `attr` and `mediaTypes` are written as off: take their lines out where you configure them yourself",
            "merge it before the first auction: `pbjs.mergeConfig(...)`, since `setConfig` replaces what is there",
            *notes,
        ),
    )


GO: Final = _server(
    ("prebid", "ortb2blocking"),
    "_",
    ("for a request that carries a `badv` of its own the module blocks nothing: keep `badv` out of requests",),
)
JAVA: Final = _server(("pb-ortb2-blocking",), "-")
JAVA_BEFORE_4: Final = _server(("ortb2-blocking",), "-")
JS: Final = _browser(("bidResponseFilter", "adv", "badv"), unset_attr=False)
JS_BEFORE_11_22: Final = _browser(
    ("ortb2", "badv"),
    unset_attr=True,
    notes=("requests carry the list to bidders, and a Prebid Server in Go behind the page then drops its own",),
)
