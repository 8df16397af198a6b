"""Known advisories of the locked versions, asked of the OSV database in one request.

    python -m tools.audit [ADDRESS]

Exit status: 0 none is known, 1 some are, 2 the database cannot be reached or answers something else.

Source: OSV, "POST /v1/querybatch" (google.github.io/osv.dev).
"""

import json
import sys
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from tools.locks import Pin, read_pins

OSV = "https://api.osv.dev/v1/querybatch"
LOCKS = ("run", "dev", "build", "gate", "postgres", "objects", "spark", "spark-build")
_PATIENCE_S = 20


def main(arguments: list[str]) -> int:
    """Print a line for each package with advisories, or that there is none."""
    address = arguments[0] if arguments else OSV
    pins = sorted({Pin(each.name, each.version, "") for lock in LOCKS for each in read_pins(lock)})
    try:
        found = advisories(pins, address)
    except (URLError, HTTPException, OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"audit: no answer about advisories from {address} ({error}); nothing was checked\n")
        return 2
    for pin, ids in found.items():
        sys.stdout.write(f"{pin.name} {pin.version}: {', '.join(ids)}\n")
    sys.stdout.write(f"{len(found)} of {len(pins)} locked versions have known advisories ({address})\n")
    return bool(found)


def advisories(pins: list[Pin], address: str) -> dict[Pin, list[str]]:
    """Return the ids of advisories by package, of those that have any.

    Raises:
        URLError: the database cannot be reached.
        ValueError: it answers something else than one result for each package.
    """
    queries = [{"package": {"ecosystem": "PyPI", "name": pin.name}, "version": pin.version} for pin in pins]
    body = json.dumps({"queries": queries}).encode()
    with urlopen(Request(address, body, {"content-type": "application/json"}), timeout=_PATIENCE_S) as reply:
        results = json.load(reply)["results"]
    found = {pin: [each["id"] for each in result.get("vulns", ())] for pin, result in zip(pins, results, strict=True)}
    return {pin: sorted(ids) for pin, ids in found.items() if ids}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
