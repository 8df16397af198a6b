"""Files that come with complaints: kept by their SHA-256, for the owner of the network's folder only."""

from pathlib import Path

from evenhand.model.complaint import Attachment
from evenhand.model.errors import BadInput, NotFound, NotVerified
from evenhand.model.record import sha256_hex
from evenhand.model.visible_text import on_one_line
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network

MOST_BYTES = 25_000_000
MOST_FILES = 20
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600
_LONGEST_NAME = 200


def attachments_folder(network: Network) -> Path:
    """Return the folder of attachments."""
    return network.folder / "complaints" / "attachments"


def keep_attachment(network: Network, name: str, data: bytes) -> Attachment:
    """Keep a file and return what a record says of it; the same bytes are kept once.

    Raises:
        BadInput: it is too large.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("attachment is too large", where=name, got=f"{len(data):,} bytes",
                       expected=f"{MOST_BYTES:,} bytes at most", todo="send it in parts")  # fmt: skip
    folder = attachments_folder(network)
    for each in (folder.parent, folder):
        each.mkdir(mode=_OWNER_FOLDER, exist_ok=True)
        each.chmod(_OWNER_FOLDER)
    digest = sha256_hex(data)
    path = folder / digest
    if not path.exists() or sha256_hex(path.read_bytes()) != digest:
        write_whole(path, data, mode=_OWNER_FILE)
    last = name.encode(errors="replace").decode().replace("\\", "/").rpartition("/")[2]
    shown = on_one_line(last)[:_LONGEST_NAME] or "attachment"
    return Attachment(name=shown, sha256=digest, size=len(data))


def read_attachment(network: Network, attachment: Attachment) -> bytes:
    """Return the bytes of an attachment, checked against its hash.

    Raises:
        NotFound: the file is missing.
        NotVerified: it was changed since it came.
    """
    path = attachments_folder(network) / attachment.sha256
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotFound("attachment is missing", where=path, got=attachment.name,
                       todo="restore it from a backup") from None  # fmt: skip
    if sha256_hex(data) != attachment.sha256:
        raise NotVerified("attachment was changed since it came", where=path, got=attachment.name,
                          expected=f"SHA-256 {attachment.sha256}")  # fmt: skip
    return data


def attachment_problem(network: Network, attachment: Attachment) -> str:
    """Return what is wrong with an attachment's file, ``""`` if nothing is."""
    try:
        read_attachment(network, attachment)
    except NotFound:
        return "missing"
    except NotVerified:
        return "changed since it came"
    return ""
