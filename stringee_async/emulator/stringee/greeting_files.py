"""Greeting files: uploads of both kinds, and their list.

Facts: the official page on greeting files, and a public project's notes on the list. The emulator's own choices: a file
that was sent alone is called after its id, and what is neither WAV nor MP3 is refused.
"""

import time

from ..state import Row
from ..uploads import parts_of
from .fields import FieldError
from .pages import cut_rows
from .request_context import Act, StringeeContext
from .tables import GREETING_FILES

_ENDINGS = {"audio/mpeg": ".mp3", "audio/wav": ".wav"}
_SOUNDS = (b"RIFF", b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")


def _upload(context: StringeeContext) -> Row:
    call, state = context.call, context.state
    kind = call.headers.get("Content-Type", "")
    if call.query.get("uploadType") == "multipart":
        name, content = (parts_of(kind, call.body) or {}).get("file", ("", b""))
    else:
        name, content = "", call.body
    if not content.startswith(_SOUNDS):
        raise FieldError("file must be WAV or MP3")
    sid = state.new_file_id()
    name = name or f"{sid}{_ENDINGS.get(kind, '')}"
    row = {"sid": sid, "filename": name, "desc1": call.query.get("desc"), "created": int(time.time())}
    state.greeting_files[sid] = row
    state.greeting_contents[sid] = content
    return {"r": 0, "message": "Success", "filename": name, "fileSid": sid}


def _list(context: StringeeContext) -> Row:
    page = cut_rows(context, GREETING_FILES, list(context.state.greeting_files.values()))
    return {
        "r": 0,
        "message": "Success",
        "data": {"total": f"{page.total}", "greeting_files": list(page.rows)},
    }


ACTS: dict[str, Act] = {"greeting_files.upload": _upload, "greeting_files.list": _list}
"""What carries out each operation."""
