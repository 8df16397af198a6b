"""Files that stand where a list should: web pages, archives, and forms of publishers' lists that are not read."""

import re

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
_QUARTET = "the four files by OFAC's names (`sdn.csv`, `alt.csv`, `add.csv`, `sdn_comments.csv`), or `sdn_advanced.xml`"
_EU = "the EU's XML 1.1 (`xmlFullSanctionsList_1_1`)"
_UK = "`UK-Sanctions-List.csv`"
_NOT_READ = (
    (b"<sdnlist", "OFAC's `SDN.XML`", _OFAC),
    (b"<sanctionsdata", "OFAC's enhanced XML", _OFAC),
    (b"<designations", "the UK's list in XML", _UK),
    (b"<arrayoffinancialsanctionstarget", "OFSI's list in XML", _UK),
    (b"filegenerationdate;entity_", "the EU's list in CSV", _EU),
    (b"<whole ", "the EU's list in its older XML", _EU),
    (b"<swiss-sanctions-list", "SECO's list in XML",
     "`entities.ftm.json` of OpenSanctions' data set `ch_seco_sanctions`"),
    (b"id,schema,name,aliases,", "OpenSanctions' simplified CSV", "`entities.ftm.json` of the same data set"),
    (b"source,entity_number,type,programs,name", "the US Consolidated Screening List in CSV",
     "the lists in it: OFAC's `sdn_advanced.xml`, or `entities.ftm.json` of OpenSanctions' data set `us_trade_csl`"),
)  # fmt: skip
# The main table of OFAC's CSV has no heading; here it is not called as OFAC calls it.
_OFAC_ROW = re.compile(rb'[0-9]+,"[^"\r\n]*",(?:-0- ?|"(?:individual|vessel|aircraft)"),"[^"\r\n]*",')
_OFAC_NAMES = ("sdn.csv", "cons_prim.csv")


def check_other_file(name: str, data: bytes) -> None:
    """Refuse a file that is known to be no list, or a form that is not read, by what it is.

    Raises:
        ListUnreadable: it is one of these.
    """
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    kind = next((kind for start, kind in _NO_LISTS if head.startswith(start)), "")
    if kind and not name.endswith(".gz"):
        raise ListUnreadable(f"{kind}, no list", where=name, expected="the publisher's file")
    if _OFAC_ROW.match(head) and name not in _OFAC_NAMES:
        raise ListUnreadable("OFAC's main CSV file under another name", where=name, expected=_QUARTET)
    unquoted = head.replace(b'"', b"")
    for mark, form, read in _NOT_READ:
        if mark in unquoted:
            raise ListUnreadable(f"{form}, which is not read", where=name, expected=read)
