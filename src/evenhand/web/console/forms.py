"""What a form sends: read whole with limits before a page sees it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from evenhand.model.errors import BadInput

MOST_BYTES: Final = 1 << 20
MOST_UPLOAD_BYTES: Final = 200 << 20
_MOST_FIELDS: Final = 2_000


@dataclass(frozen=True)
class UploadedFile:
    """A file that a person sent: its name as the browser gave it, which is never a path here, and its content."""

    name: str
    content: tempfile.SpooledTemporaryFile[bytes]
    size: int


@dataclass(frozen=True)
class Form:
    """The fields of a form by name, each with its values in order; `files` are those that were chosen."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, UploadedFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the one value of a field, stripped; ``""`` where it was not sent."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return self.fields.get(name, ())

    def is_checked(self, name: str) -> bool:
        """Return whether a box was checked."""
        return bool(self.text(name))


class TooLarge(BadInput):
    """A request that is larger than its page takes."""


async def read_form(request: Request, most_bytes: int) -> Form:
    """Return the fields of a request's form, URL-encoded or with files; text that is no UTF-8 is refused.

    Raises:
        TooLarge: it is larger than `most_bytes`, or has too many fields.
        BadInput: it is no form.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise BadInput("the request is no form", got=content_type, expected="a form of this page")
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > most_bytes:
        raise TooLarge("the request is too large", got=length or "of unknown length", expected=f"{most_bytes:,} bytes")
    try:
        data = await request.form(max_files=20, max_fields=_MOST_FIELDS, max_part_size=most_bytes)
    except Exception as error:
        raise BadInput("the form cannot be read", got=str(error)[:100], expected="a form of this page") from error
    return _form(data)


def _form(data: FormData) -> Form:
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, UploadedFile] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                # Browsers write a quote in a name so, and nothing else of a name (HTML, multipart/form-data).
                named = value.filename.replace("%22", '"')
                files[name] = UploadedFile(named, value.file, value.size or 0)  # type: ignore[arg-type]
        else:
            fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return Form(fields, files)
