"""The ringing sounds of ITNIO TECH agent groups: upload one, take it from a group."""

from ..state import Row
from . import codes
from .codes import RefusedError
from .fields import file_content, integer
from .request_context import Act, ItniotechContext

_LIMIT = 1 << 20
_BEGINNINGS = {"mp3": (b"ID3", b"\xff"), "wav": (b"RIFF",)}


def _upload(context: ItniotechContext) -> Row:
    """Store a sound and return the name under which a group's settings take it.

    A name that does not end as MP3 or WAV is -27; content that does not begin as its name says is -39.
    """
    name, content = file_content(context.fields, _LIMIT)
    suffix = name.rpartition(".")[2].lower()
    if suffix not in _BEGINNINGS:
        raise RefusedError(codes.UPLOAD_FORMAT)
    if not content.startswith(_BEGINNINGS[suffix]):
        raise RefusedError(codes.FILE_FORMAT)
    rings = context.state.rings
    if context.vendor_settings.rings_unique and any(ring["name"] == name for ring in rings.values()):
        raise RefusedError(codes.EXISTS)
    stored = f"turnseatring-template/{context.state.secret(32)}.{suffix}"
    rings[stored] = {"name": name, "fileUrl": f"http://files.example/{stored}", "size": len(content)}
    return {"fileName": stored, "fileUrl": rings[stored]["fileUrl"]}


def _delete(context: ItniotechContext) -> None:
    """Take the sound from a group; a group without one is -21. The uploaded file stays."""
    number = integer(context.fields, "seatGroupId")
    row = context.group(number, context.undocumented)
    if row["turnSeatRing"] is None:
        raise RefusedError(codes.INVALID)
    context.change("agent_groups", number, {"turnSeatRing": None})


ACTS: dict[str, Act] = {"agent_groups.upload_ring": _upload, "agent_groups.delete_ring": _delete}
