"""Files that stand where a list should: web pages, archives, and forms of publishers' lists that are not read."""

from evenhand.model.errors import ListUnreadable

_HEAD = 1000
_NO_LISTS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"pk\x03\x04", "a ZIP archive (sheets in ODS and XLSX are some)"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xff\xfe", "a file in UTF-16"),
    (b"\xfe\xff", "a file in UTF-16"),
)
_OFAC = "`sdn_advanced.xml` or the four CSV files"
_EU = "the EU's XML 1.1 (`xmlFullSanctionsList_1_1`)"
_UK = "`UK-Sanctions-List.csv`"
_NOT_READ = (
    (b"<sdnlist", "OFAC's `SDN.XML`", _OFAC),
    (b"<sanctionsdata", "OFAC's enhanced XML", _OFAC),
    (b"<designations", "the UK's list in XML", _UK),
    (b"<arrayoffinancialsanctionstarget", "OFSI's list in XML", _UK),
    (b"filegenerationdate;entity_", "the EU's list in CSV", _EU),
    (b"<whole ", "the EU's list in its older XML", _EU),
)


def check_other_file(name: str, data: bytes) -> None:
    """Refuse a file that is known to be no list, or a form that is not read, by what it is.

    Raises:
        ListUnreadable: it is one of these.
    """
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    kind = next((kind for start, kind in _NO_LISTS if head.startswith(start)), "")
    if kind and not name.endswith(".gz"):
        raise ListUnreadable(f"{kind}, no list", where=name, expected="the publisher's file")
    for mark, form, read in _NOT_READ:
        if mark in head:
            raise ListUnreadable(f"{form}, which is not read", where=name, expected=read)
