"""The state-media matrix, CSV: media companies, their outlets and how each is owned, funded and edited.

Source: `lists.md` §1.6 and `screening.md` §10, from the matrix of February 2024. One row is an outlet × address.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from evenhand.lists.formats.csv_rows import decoded, records
from evenhand.lists.formats.entry import Entry, Files, Format, Properties, undated
from evenhand.model.accounts import account_of
from evenhand.model.errors import ListUnreadable

_HEADER = (
    *("Region", "Country", "Media company", "Main assets", "URL", "Typology", "Status", "Notes"),
    *("Instagram Link", "Twitter Link", "Facebook Link", "Youtube Link", "Telegram Link", "VK Link"),
    *("Linkedin link", "Ok.ru link", "Tiktok Link", "Rutube Link", "streaming media URL"),
)
_LINKS = [column for column in _HEADER if column.lower().endswith("link")]


def entries(files: Files, key: str, left_out: Counter[str]) -> Iterator[Entry]:
    """Yield companies and outlets in the order in which rows first name them; rows of one outlet are put together."""
    ((name, data),) = files.items()
    found: dict[str, _Outlet] = {}
    for line, cells in records(name, decoded(name, data), _HEADER):
        row = {column: " ".join(cell.split()) for column, cell in cells.items()}
        company = row["Media company"].rstrip("* ")
        if not any(row.values()):
            left_out["empty row"] += 1
            continue
        if not company or not row["Country"]:
            raise ListUnreadable("Media company or Country is empty", where=name, line=line, expected="both")
        company_id = f"media-{_slug(row['Country'])}-{_slug(company)[:40]}"
        outlet_id = _outlet_id(row, company, company_id)
        for id_, caption in ((company_id, company), (outlet_id, row["Main assets"])):
            outlet = found.setdefault(id_, _Outlet(line, caption, Properties(left_out)))
            outlet.properties.add("name", outlet.caption)
            outlet.properties.add_country("country", row["Country"])
            outlet.properties.add("parent", company_id if id_ != company_id else "")
            outlet.properties.add("controlTypology", row["Typology"])
        _add_addresses(found[outlet_id].properties, row, left_out)
    for id_, (line, caption, properties) in found.items():
        yield Entry(name, line, properties.entity(id_, "Organization", caption, key))


class _Outlet(NamedTuple):
    line: int
    caption: str
    properties: Properties


def _members(files: Files) -> Files:
    heading = ",".join(_HEADER[:4]).encode()
    return {name: data for name, data in files.items() if data[:1000].removeprefix(b"\xef\xbb\xbf").startswith(heading)}


def _outlet_id(row: Mapping[str, str], company: str, company_id: str) -> str:
    asset = row["Main assets"]
    if _slug(asset) == _slug(company):
        return company_id
    digest = hashlib.sha256(f"{company}|{asset}".encode()).hexdigest()[:6]
    return f"media-{_slug(row['Country'])}-{_slug(company)[:24]}-{_slug(asset)[:32] or 'x'}-{digest}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _add_addresses(properties: Properties, row: Mapping[str, str], left_out: Counter[str]) -> None:
    properties.add("website", row["URL"])
    for link in (row[column] for column in _LINKS):
        account = account_of(link)
        properties.add("account", account)
        if link and not account:
            left_out["link without a handle"] += 1


STATE_MEDIA = Format("state-media-csv", 1, 1, "gmf", _members, entries, undated)
