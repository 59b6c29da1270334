"""The operations on sounds; uploads are ``multipart/form-data``.

Facts: reference, section 11.2: the parts ``title`` and ``file``; WAV or MP3, up to 10 MB, no floating-point WAV.
The emulator's own choices: replacing needs the file only, and a rename changes the title.
"""

from ..dialect import Response
from ..uploads import parts_of
from .refusal import Refusal
from .request_context import Act, RingMeContext
from .tables import SOUNDS

_MOST = 10_000_000
_FLOATING_POINT = b"\x03\x00"
_LAYER_3 = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")


def _upload(context: RingMeContext) -> Response:
    parts = _parts(context)
    title = parts.get("title", ("", b""))[1].decode("utf-8", "replace")
    if not title:
        raise Refusal("title is required")
    filename, content = _file(parts)
    key = context.hide_new("sounds", context.state.add_sound(title, filename, content))
    return context.created("sounds", key)


def _replace(context: RingMeContext) -> Response:
    key = _find(context)
    filename, content = _file(_parts(context))
    context.state.sounds.change(key, filename=filename)
    context.state.sound_contents[key] = content
    return context.found("sounds", key)


def _list(context: RingMeContext) -> Response:
    ids, titles = context.asked("id[]"), context.asked("title[]")
    own = context.call.query.get("own_only", "false") == "true"
    return context.listed(
        "sounds",
        (
            row
            for row in context.state.rows_where("sounds")
            if (not ids or f"{row['id']}" in ids)
            and (not titles or row["title"] in titles)
            and (not own or row["client_id"] == context.state.client_id)
        ),
    )


def _rename(context: RingMeContext) -> Response:
    key = _find(context)
    context.state.sounds.change(key, **context.changes(SOUNDS.fields))
    return context.found("sounds", key)


def _delete(context: RingMeContext) -> Response:
    key = _find(context)
    del context.state.sounds[key]
    context.state.sound_contents.pop(key, None)
    return context.deleted()


def _find(context: RingMeContext) -> int:
    """The id of the sound in the path."""
    return context.seen_key("sounds", context.number("sound"))


def _file(parts: dict[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    """The uploaded file's name and content, if it is one that the service takes."""
    if "file" not in parts:
        raise Refusal("file is required")
    filename, content = parts["file"]
    if len(content) > _MOST:
        raise Refusal("file must be at most 10 MB")
    wave = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
    if wave and content[20:22] == _FLOATING_POINT:
        raise Refusal("file must not be a floating-point WAV")
    if not wave and content[:3] != b"ID3" and content[:2] not in _LAYER_3:
        raise Refusal("file must be WAV or MP3")
    return filename, content


def _parts(context: RingMeContext) -> dict[str, tuple[str, bytes]]:
    """The parts of an upload by name: each its file's name, which may be empty, and its content."""
    parts = parts_of(context.call.headers.get("Content-Type", ""), context.call.body)
    if parts is None:
        raise Refusal("Content-Type must be multipart/form-data")
    return parts


ACTS: dict[str, Act] = {
    "sounds.upload": _upload,
    "sounds.replace": _replace,
    "sounds.list": _list,
    "sounds.get": lambda context: context.found("sounds", _find(context)),
    "sounds.rename": _rename,
    "sounds.delete": _delete,
}
"""What carries out each operation."""
