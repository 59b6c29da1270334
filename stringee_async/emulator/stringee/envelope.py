"""The envelope of Stringee's responses: ``r``, the project, and the human text under the name that the settings say."""

from ..dialect import Response, json_response
from ..state import Row
from .settings import StringeeSettings

NOT_FOUND, BAD_FIELD, EXISTS, BAD_KEY, NO_REST_API, THROTTLED = -1, 3, 2, 5, 45, 429
"""The codes of ``r``; ``BAD_FIELD`` and ``THROTTLED`` are the emulator's own choice."""


def failure(settings: StringeeSettings, code: int, text: str, status: int = 200) -> Response:
    """Make an error response: ``r`` and the text, without the project."""
    return json_response({"r": code, **_message(settings, text)}, status)


def envelope(settings: StringeeSettings, project: int, code: int, text: str, more: Row) -> Row:
    """Make the fields of a response to a call that was understood; ``more`` stands between project and text."""
    form = settings.project_as
    owner: Row = {} if form == "missing" else {"project": project if form == "int" else str(project)}
    return {"r": code, **owner, **more, **_message(settings, text)}


def _message(settings: StringeeSettings, text: str) -> Row:
    form = settings.message_key
    if form == "both":
        return {"message": text, "msg": text}
    return {} if form == "none" else {form: text}
