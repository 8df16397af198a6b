"""The page of dependencies names every package of the plain install, and none of them is under the GPL."""

import re
from importlib.metadata import PackageNotFoundError, metadata

from tests.docs.pages import ROOT
from tests.each_case import each_case

PAGE = (ROOT / "docs" / "choices" / "0011-dependencies.md").read_text(encoding="utf-8")
PACKAGES = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8"), re.MULTILINE)


@each_case("package", PACKAGES)
def test_each_package_of_the_plain_install_is_named_and_free(package: str) -> None:
    """A dependency is let in by a page that says what it saves and under which licence it is."""
    assert re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", PAGE)

    assert "GPL" not in licence(package)


def licence(package: str) -> str:
    """Return what a package says of its licence in short; ``""`` for one that this platform does not install."""
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return ""
    said = [about.get("License-Expression") or (about.get("License") or "")[:100], *(about.get_all("Classifier") or [])]
    return " ".join(each for each in said if each and "Operating System" not in each)
