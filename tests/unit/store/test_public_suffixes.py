"""The public suffix list as the package carries it."""

import re
from pathlib import Path

import publicsuffixlist
import pytest

from evenhand.model.hosts import registrable
from evenhand.store.public_suffixes import PublicSuffixes, version_line

SUFFIXES = PublicSuffixes()
TEXT = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").lower()
PSL = [line.split()[0] for line in TEXT.splitlines() if line.strip() and not line.startswith("//")]


@pytest.mark.parametrize(("host", "suffix"), [
    ("www.ford.co.uk", "co.uk"),
    ("a.b.github.io", "github.io"),
    ("github.io", "github.io"),
    ("www.ck", "ck"),
    ("shop.test.ck", "test.ck"),
    ("a.xn--55qx5d.cn", "xn--55qx5d.cn"),
    ("a.no-such-suffix", "no-such-suffix"),
    ("localhost", "localhost"),
])  # fmt: skip
def test_the_suffix_is_that_of_the_longest_rule(host: str, suffix: str) -> None:
    """ICANN and private section, wildcards, their exceptions, A-labels, and the default rule `*`."""
    assert SUFFIXES.suffix_of(host) == suffix


def test_every_host_is_known_of_whose_last_label_a_rule_speaks() -> None:
    """Of `za` none speaks but for what is below it: shops of South Africa were left out."""
    rules = [rule for rule in PSL if not rule.startswith(("*", "!"))]

    assert [rule for rule in rules if not SUFFIXES.knows(f"a.{rule}".encode("idna").decode())] == []
    assert registrable("www.shop.co.za", SUFFIXES) == "shop.co.za"


def test_a_sub_domain_of_a_hosting_service_has_its_own_owner() -> None:
    """Without the private section, one refused blog would close a whole service."""
    assert registrable("www.b.github.io", SUFFIXES) == "b.github.io"
    assert registrable("github.io", SUFFIXES) is None


def test_every_suffix_is_the_one_that_the_package_finds() -> None:
    """Labels that no rule speaks of are cut before the package is asked: of each rule, what is above and below it."""
    package, hosts = publicsuffixlist.PublicSuffixList(TEXT), ["1.2", "a..b", ".a", "a.", "", "A.Com", "a_b.com"]
    for rule in PSL:
        name = rule.removeprefix("!").removeprefix("*.")
        labels = name.split(".")
        ends = [".".join(labels[start:]) for start in range(len(labels))]
        hosts += [f"{before}{end}" for end in (*ends, f"x{name}") for before in ("", "www.y.")]

    assert len(hosts) > 30_000
    assert [each for each in hosts if SUFFIXES.suffix_of(each) != (package.publicsuffix(each) or each)] == []


def test_the_list_says_which_version_it_is() -> None:
    """A register names the rules it was made with."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_UTC", SUFFIXES.version)


def test_a_list_without_a_version_line_says_so() -> None:
    """An older edition of the package may lack the line; the rules still hold."""
    assert version_line("// no such line\ncom\n") == "unknown"
