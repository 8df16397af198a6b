"""The bill of materials in CycloneDX JSON: the packages of `requirements/run.txt`, their licences, who needs whom.

The same lock and the same installed packages give the same bytes: no serial number and no time is in it.

Source: CycloneDX 1.6, JSON (ECMA-424).
"""

import json
import sys
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.locks import ROOT, Pin, read_pins


def bill() -> dict[str, Any]:
    """Return the bill; a package that this platform does not install is in it without licence and requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = read_pins("run")
    whole = f"pkg:pypi/{project['name']}@{project['version']}"
    needs = {whole: project["dependencies"]} | {pin.purl: _requirements(pin) for pin in pins}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": whole,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": whole,
            }
        },
        "components": [_component(pin) for pin in pins],
        "dependencies": [{"ref": ref, "dependsOn": _refs(texts, pins)} for ref, texts in needs.items()],
    }


def _component(pin: Pin) -> dict[str, Any]:
    about: dict[str, Any] = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.purl,
    }
    found = _installed(pin)
    if found is not None and (licence := _licence(found)):
        about |= {"licenses": [{"license": {"name": licence}}]}
    if pin.marker:
        about |= {"properties": [{"name": "python:marker", "value": pin.marker}]}
    return about


def _licence(found: Distribution) -> str:
    """Return what a package says of its licence in short; "" if it says nothing, or gives the whole text alone."""
    about = found.metadata
    said = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]
    short = [each for each in said if "\n" not in each and len(each) < 100]
    named = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License")]
    return next(iter(short), ", ".join(named))


def _requirements(pin: Pin) -> list[str]:
    found = _installed(pin)
    return [] if found is None else [each for each in found.requires or [] if "extra ==" not in each]


def _installed(pin: Pin) -> Distribution | None:
    try:
        found = distribution(pin.name)
    except PackageNotFoundError:
        return None
    return found if found.version == pin.version else None


def _refs(texts: list[str], pins: list[Pin]) -> list[str]:
    """Return the pins that requirements name, whatever their markers: the bill is one for all platforms."""
    names = {canonicalize_name(Requirement(text).name) for text in texts}
    return sorted(pin.purl for pin in pins if canonicalize_name(pin.name) in names)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n")
