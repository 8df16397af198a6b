"""Reading hosts: one test a rule of `gate.md` §3, with the spellings that a comparison of texts lets pass."""

import pytest

from evenhand.model.hosts import SHARED_HOSTS, host_of, is_shared_host, registrable
from tests.each_case import each_case


@each_case("value", [
    "ford.com", "FORD.com", " ford.com\n", "\tford.com\r\n", "ford.com.", ".ford.com", "*.ford.com", "//ford.com",
    "\\\\ford.com\\x", "https://ford.com/x?y", "HTTP://ford.com#a", "ford.com:443", "ford.com:",
    "ford.com:00065535", "user:pass@ford.com", "a@b.example@ford.com", "https:\\/ford.com", "ford.com//x",
    "f%6Frd.com", "%2A.ford.com",
])  # fmt: skip
def test_each_way_to_write_one_host_is_read_as_that_host(value: str) -> None:
    """Buyers send URLs, ports, blanks and capitals where a bare host is asked for."""
    assert host_of(value) == "ford.com"


@each_case("value", [
    None, 7, b"ford.com", ["ford.com"], "", " ", ".", "*", "*.", "ford", "ford..com", "..ford.com", "*.*.ford.com",
    "ford.com..", "ftp://ford.com", "javascript://ford.com", "ford.com://x", "https:///ford.com", "/ford.com",
    "?ford.com", "https://ford.com@", "[::1]", "http://[::1]/", "ford.com:65536", "ford.com:8o", "ford.com:80:80",
    "ford.com:" + "9" * 9999, "192.0.2.7", "1.2.3.0x7f", "a b.com", "a^b.com", "a,b.com", "f%6frd%2ecom%",
    "%zz.com", "%FF.com", "%2566ord.com", "ford%00.com", "a\x7f.com", "fo\trd.com",
    "ford.com\nrt.com", "ford.com\r\nrt.com", "https://ford.com/\nrt.com", "https://ford.com/x\thttps://rt.com",
    "https://ford.com/x\x0by",
    f"{'a' * 64}.com", f"{'a' * 50}." * 5 + "com",
    "a." * 9999 + "com",
])  # fmt: skip
def test_what_names_no_host_is_malformed(value: object) -> None:
    """A half-read value would be matched against the wrong key."""
    assert host_of(value) is None


def test_the_longest_label_and_the_longest_host_are_still_read() -> None:
    """63 characters a label and 253 in all (RFC 1035)."""
    label = "a" * 63
    longest = ".".join([label, label, label, "b" * 61])

    assert len(longest) == 253
    assert host_of(longest) == host_of(f"*.{longest}.") == longest
    assert host_of(f"{longest}b") is None


@pytest.mark.parametrize(("value", "host"), [
    ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ("ПРИМЕР.рф", "xn--e1afmkfd.xn--p1ai"),
    ("%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.рф", "xn--e1afmkfd.xn--p1ai"),
    ("XN--E1AFMKFD.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
    ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
    ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("faß.de", "xn--fa-hia.de"),
    ("ｒｔ.com", "rt.com"),
    ("𝐫𝐭.com", "rt.com"),
    ("r\u00adt\u200b\u2060.com", "rt.com"),
    ("K\u212aK.com", "kkk.com"),
    ("my_shop.пример.рф", "my_shop.xn--e1afmkfd.xn--p1ai"),
])  # fmt: skip
def test_a_host_in_any_script_is_read_as_its_ascii_form(value: str, host: str) -> None:
    """UTS #46, non-transitional: `ß` stays itself, letters of other widths and invisible ones map away."""
    assert host_of(value) == host


def test_a_letter_of_another_script_makes_another_domain() -> None:
    """`fоrd.com` with a Cyrillic о is somebody else's name; likeness is a finding, never a match."""
    assert host_of("f\u043erd.com") == "xn--frd-sed.com"


@each_case("value", [
    "r\u202et.com", "r\u2066t.com", "r\u200et.com", "a\u200db.com", "a\u200cb.com", "i❤.ws", "é_a.de", "…com",
    "ford：80.com", "ﬀ／.com", "xn--", "xn--.com", "xn--abc-.com", "xn--a.com", "xn--99999999.com", "xn--fa-hia-.de",
    "xn--i-7iq.ws", "a\ud800.com", "é" * 2000 + ".de", "é" * 60 + ".de",
])  # fmt: skip
def test_what_idna_excludes_is_malformed(value: str) -> None:
    """Bidirectional controls, joiners out of context, symbols, and A-labels that do not come back the same."""
    assert host_of(value) is None


class TwoRules:
    """Public suffixes of a made-up list: `co.uk`, and any last label."""

    def suffix_of(self, host: str) -> str:
        return "co.uk" if host == "co.uk" or host.endswith(".co.uk") else host.rpartition(".")[2]

    def knows(self, host: str) -> bool:
        return bool(host)


@pytest.mark.parametrize(("host", "part"), [
    ("ford.co.uk", "ford.co.uk"), ("www.shop.ford.co.uk", "ford.co.uk"), ("a.ford.com", "ford.com"), ("co.uk", None),
])  # fmt: skip
def test_one_label_more_than_the_public_suffix_is_what_somebody_registered(host: str, part: str | None) -> None:
    """A suffix itself is open to anybody, so it has no owner."""
    assert registrable(host, TwoRules()) == part


def test_a_platform_is_shared_with_all_below_it_but_not_what_is_above() -> None:
    """`m.youtube.com` names the platform too; google.com is an advertiser like any other."""
    assert is_shared_host("youtube.com")
    assert is_shared_host("m.youtube.com")
    assert not is_shared_host("notyoutube.com")
    assert not is_shared_host("google.com")


@each_case("shared", sorted(SHARED_HOSTS))
def test_what_stands_around_a_shared_host_is_shared_where_it_is_below_it(shared: str) -> None:
    """Nearly all hosts are told by their last two labels alone; every label is looked at in the others."""
    around = (shared, f"a.{shared}", f"a.b.{shared}", f"x{shared}", f"{shared}.example", *(shared.split(".", 1)), "")

    for host in around:
        labels = host.split(".")
        below = any(".".join(labels[start:]) in SHARED_HOSTS for start in range(len(labels) - 1))
        assert is_shared_host(host) == below, host
