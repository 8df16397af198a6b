"""The map names only what is there, and all of what the packages give."""

import importlib
import re
from pathlib import Path
from types import ModuleType

import evenhand
from tests.docs.pages import ROOT
from tests.each_case import each_case

MAP = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
PAGES = [*sorted(ROOT.glob("docs/**/*.md")), *ROOT.glob("*.md"), ROOT / "changelog.d" / "README.md"]
NAMING_FILES = [
    *("README.md", "CONTRIBUTING.md", "docs/map.md", "docs/known-flaws.md"),
    *sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/explanation/*.md")),
]
PACKAGE = re.compile(r"^\| `(evenhand\.\w+)` \| .+ \| (.+) \|$", re.MULTILINE)
TOP_FOLDERS = ("src", "tests", "docs", "rulebooks", "benchmarks", "changelog.d")
PATH = re.compile(rf"`((?:{'|'.join(TOP_FOLDERS)})(?:/[\w.*-]+)*)`")


def test_the_map_names_every_public_name_of_every_package() -> None:
    """A newcomer who reads a name there finds it, and one that is new must be placed there."""
    named = {package: set(re.findall(r"`(\w+)`", names)) for package, names in PACKAGE.findall(MAP)}

    packages = {f"evenhand.{name}" for name in folders() - {"model", "store", "render", "transport", "cli", "web"}}
    assert named.keys() == packages
    for package, names in named.items():
        assert names == public_names(importlib.import_module(package)), package


def test_the_layers_of_the_map_are_the_folders() -> None:
    """A folder that the map leaves out would be a package that nobody finds."""
    layers = MAP.split("## Layers")[1].split("## Packages")[0]

    assert {name for name in folders() if re.search(rf"\b{name}\b", layers)} == folders()


def test_the_map_fits_on_two_screens() -> None:
    """Names say where things are; what has to be looked up here has to be little."""
    assert MAP.count("\n") <= 110


@each_case("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    """A moved page takes its mentions along."""
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@each_case("page", NAMING_FILES)
def test_every_file_and_folder_that_a_page_names_is_there(page: str) -> None:
    """The map is what people open files by."""
    paths = PATH.findall((ROOT / page).read_text(encoding="utf-8"))

    assert [path for path in paths if not list(ROOT.glob(path))] == []


def test_the_index_of_choices_names_every_page() -> None:
    """A choice that nobody finds is made again."""
    index = (ROOT / "docs" / "choices" / "README.md").read_text(encoding="utf-8")

    assert sorted(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index)) == sorted(
        page.name for page in (ROOT / "docs" / "choices").glob("0*.md")
    )


def public_names(package: ModuleType) -> set[str]:
    """Return what a package gives: the names that it declares, or else its folders; of `api` those of `evenhand`."""
    if package.__name__ == "evenhand.api":
        return set(evenhand.__all__)
    declared = getattr(package, "__all__", None)
    return set(declared) if declared else {path.parent.name for path in Path(package.__path__[0]).glob("*/__init__.py")}


def folders() -> set[str]:
    """Return the packages of the program."""
    return {path.parent.name for path in Path(evenhand.__file__).parent.glob("*/__init__.py")}
