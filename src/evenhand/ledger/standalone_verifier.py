"""A receipt checked by one file that needs nothing but Python: copy it, read it, run it.

    python standalone_verifier.py FILE 'ads.example/log+b5c685fe+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'

It shares no line with the rest of Evenhand on purpose: the reader of a receipt need not trust its writer. Formats:
C2SP tlog-proof, tlog-checkpoint and signed-note; RFC 6962 §2.1.1; RFC 8032 §5.1.7; `docs/spec/ledger-leaf.md`.
Witnesses are not looked at; `evenhand ledger check --policy` does that.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
CLEAR = [
    "changed", "decided_at", "decision", "effective_from", "errors", "inputs", "instruct", "outcome", "reasons",
    "sealing", "territories", "until", "v",
]  # fmt: skip
ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
FIELDS = ["at", "c", "kind", "lists", "rulebook", "seq", "v"]
Point = tuple[int, int, int, int]


class ReceiptWrong(ValueError):
    """What does not hold of a receipt, in one line."""


class ProvenEntry(NamedTuple):
    """Which entry of which log a receipt proves; `payload` is None where it was not disclosed."""

    origin: str
    entry: int
    size: int
    leaf: bytes
    payload: bytes | None


def check_receipt(data: bytes, vkey: str) -> ProvenEntry:
    """Return what a receipt proves to somebody who knows that `vkey` is the log's key.

    Raises:
        ValueError: form, signature, origin, proof, leaf or commitment does not hold.
    """
    # Mail programs and editors rewrite the ends of lines; nothing that is signed has a carriage return.
    header, blank, checkpoint = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = header.decode("utf-8", "replace").split("\n")
    _need(bool(blank) and lines[0] == "c2sp.org/tlog-proof@v1", "no receipt")
    _need(len(lines) > 2 and lines[1].startswith("extra ") and lines[2].startswith("index "), "no leaf or no index")
    extra = json.loads(from_base64(lines[1][6:]))
    _need(isinstance(extra, dict) and set(extra) <= {"leaf", "payload", "salt"}, "no leaf")
    _need(all(isinstance(value, str) for value in extra.values()), "no leaf")
    index, proof = _number(lines[2][6:]), [from_base64(line, 32) for line in lines[3:]]
    origin, size, root = signed_head(checkpoint, vkey)
    leaf = from_base64(extra.get("leaf", ""))
    _need(index < size, "the index is beyond the log")
    _need(_root(index, size, hashlib.sha256(b"\x00" + leaf).digest(), proof) == root, "the leaf is not in the log")
    _need(not proof, "the proof is too long")
    return ProvenEntry(origin, index, size, leaf, _payload(extra, leaf, index))


def _payload(extra: dict[str, str], entry: bytes, index: int) -> bytes | None:
    leaf: Any = json.loads(entry)
    _need(isinstance(leaf, dict) and sorted(leaf) == FIELDS and leaf["v"] == 1, "not a leaf")
    _need(json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode() == entry, "the leaf is not canonical")
    _need(leaf["seq"] == index, "the leaf is another entry's")
    if "payload" not in extra:
        return None
    payload, salt = from_base64(extra["payload"]), from_base64(extra.get("salt", ""), 32)
    over, text = sealed_form(payload, salt)
    _need(hashlib.sha256(b"\x02" + over + text).hexdigest() == leaf["c"], "the payload is not the one decided on")
    return payload


def sealed_form(payload: bytes, root: bytes) -> tuple[bytes, bytes]:
    """Return salt and text that a commitment is over: with `sealing` 1 each value is replaced by its own hash.

    Values that a reader was not shown are replaced already; they stay.
    """
    whole: Any = json.loads(payload) if b'"sealing":1' in payload else None
    if not isinstance(whole, dict) or type(whole.get("sealing")) is not int or whole["sealing"] != 1:
        return root, payload
    spots = list(sealed_spots(whole))
    salts = hashlib.shake_256(b"evenhand/sealing/1" + root).digest(32 * len(spots) + 32)
    for number, (path, holder, key) in enumerate(spots, 1):
        salt = salts[32 * number : 32 * number + 32]
        holder[key] = holder[key] if is_hash(holder[key]) else {"sealed": value_hash(path, salt, holder[key])}
    return salts[:32], canonical(whole)


def value_hash(path: str, salt: bytes, value: Any) -> str:
    """Return SHA-256(0x03 ‖ salt ‖ length of the path in two bytes ‖ path ‖ value) in hex."""
    name = path.encode()
    return hashlib.sha256(b"\x03" + salt + len(name).to_bytes(2, "big") + name + canonical(value)).hexdigest()


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, no blanks and the fewest escapes."""
    return ENCODE(value).encode()


def sealed_spots(payload: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield path, object and key of each value that sealing 1 seals, in the order of the text."""
    for key in sorted(payload):
        if key == "facts" and isinstance(payload[key], dict) and not is_hash(payload[key]):
            yield from _fact_spots(payload[key])
        elif key not in CLEAR:
            yield _pointer("", key), payload, key


def _fact_spots(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for key in sorted(facts):
        value, path = facts[key], _pointer("/facts", key)
        if key == "entities" and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for at, entity in enumerate(value):
                yield from _entity_spots(entity, f"{path}/{at}")
        elif key == "context" and isinstance(value, dict) and not is_hash(value):
            yield from _member_spots(value, path)
        elif key in ("principal", "resource") and _is_name(value):
            yield f"{path}/id", value, "id"
        elif key != "action":
            yield path, facts, key


def _entity_spots(entity: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for key in sorted(entity):
        value, path = entity[key], _pointer(place, key)
        if key == "attrs" and isinstance(value, dict) and not is_hash(value):
            yield from _member_spots(value, path)
        elif key == "uid" and _is_name(value):
            yield f"{path}/id", value, "id"
        else:
            yield path, entity, key


def _member_spots(members: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for key in sorted(members):
        value, path = members[key], _pointer(place, key)
        if isinstance(value, dict) and set(value) == {"__entity"} and _is_name(value["__entity"]):
            yield f"{path}/__entity/id", value["__entity"], "id"
        else:
            yield path, members, key


def _pointer(place: str, key: str) -> str:
    return f"{place}/" + key.replace("~", "~0").replace("/", "~1")


def _is_name(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"id", "type"} and isinstance(value["type"], str)


def is_hash(value: Any) -> bool:
    """Tell whether a value is shown only as its hash."""
    if not isinstance(value, dict) or set(value) != {"sealed"} or not isinstance(value["sealed"], str):
        return False
    return len(value["sealed"]) == 64 and set(value["sealed"]) <= set("0123456789abcdef")


def _root(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """Return the root that a proof leads to, taking the proof from its end: the root's child comes first."""
    if size == 1:
        return leaf
    _need(bool(proof), "the proof is too short")
    middle, other = 1 << (size - 1).bit_length() - 1, proof.pop()
    if index < middle:
        return hashlib.sha256(b"\x01" + _root(index, middle, leaf, proof) + other).digest()
    return hashlib.sha256(b"\x01" + other + _root(index - middle, size - middle, leaf, proof)).digest()


def signed_head(note: bytes, vkey: str) -> tuple[str, int, bytes]:
    """Return name, size and root of the log that a checkpoint states, if `vkey` signed it."""
    text, blank, signatures = note.rpartition(b"\n\n")
    text += b"\n"
    _need(bool(blank), "no checkpoint")
    name, hex_id, encoded = (*vkey.split("+", 2), "", "")[:3]
    _need(len(encoded) == 44, "the key is none of a log, as NAME+ID+KEY")
    key = from_base64(encoded, 33)
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    _need(key_id.hex() == hex_id and key[0] == 1, "not the key of a log")
    lines = [line.split(" ") for line in signatures.decode("utf-8", "replace").split("\n")]
    values = [from_base64(line[2]) for line in lines if len(line) == 3 and line[:2] == ["\u2014", name]]
    ours = [value[4:] for value in values if value[:4] == key_id]
    _need(bool(ours) and is_signed(key[1:], ours[0], text), "not signed by this key")
    origin, size, root, *_ = (*text.decode().split("\n"), "", "")
    _need(origin == name, "the checkpoint is another log's")
    return origin, _number(size), from_base64(root, 32)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature holds (RFC 8032 §5.1.7); slow, but there is one to check."""
    key, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return base is not None and _same(_times(s, base), _add(r, _times(k, key)))


def _point(data: bytes) -> Point | None:
    """Return the point that 32 bytes name: y, and the sign of x in the last bit."""
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if len(data) != 32 or y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = x if x % 2 == sign else P - x
    return x, y, 1, x * y % P


def _add(one: Point, two: Point) -> Point:
    """Add two points x/z, y/z with t = xy/z; the formulas hold for equal ones too (RFC 8032 §5.1.4)."""
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * D * one[3] * two[3], 2 * one[2] * two[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        total = _add(total, total)
        total = _add(total, point) if bit == "1" else total
    return total


def _same(one: Point, two: Point) -> bool:
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 and (one[1] * two[2] - two[1] * one[2]) % P == 0


def _number(text: str) -> int:
    _need(text.isascii() and text.isdigit() and len(text) < 19 and str(int(text)) == text, f"no number: {text}")
    return int(text)


def from_base64(text: str, size: int | None = None) -> bytes:
    """Return what base64 text says, of `size` bytes where that is given."""
    data = base64.b64decode(text, validate=True)
    _need(base64.b64encode(data).decode() == text and size in (None, len(data)), f"not base64 of that length: {text}")
    return data


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ReceiptWrong(what)


def write_lines(*lines: str) -> None:
    """Print lines; a letter that the encoding of standard output lacks is an escape."""
    encoding = sys.stdout.encoding
    for line in lines:
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))


def main(path: str, vkey: str) -> int:
    """Print what a receipt proves, or what is wrong with it; return 0 or 1."""
    try:
        proved = check_receipt(Path(path).read_bytes(), vkey)
    except (OSError, ValueError, RecursionError) as error:
        write_lines(f"WRONG {error}")
        return 1
    shown = (proved.payload or proved.leaf).decode("utf-8", "backslashreplace")
    write_lines(f"OK origin={proved.origin} index={proved.entry} size={proved.size} {shown}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else "usage: python standalone_verifier.py FILE KEY")
