"""The codes of Stringee's responses, and the human text under the name that the settings say."""

from ..dialect import Response, json_response
from ..state import Row
from .settings import StringeeSettings

NOT_FOUND, BAD_FIELD, EXISTS, BAD_KEY, NO_REST_API, THROTTLED = -1, 3, 2, 5, 45, 429
"""The codes of ``r``; ``BAD_FIELD`` and ``THROTTLED`` are the emulator's own choice."""


def failure(settings: StringeeSettings, code: int, text: str, status: int = 200) -> Response:
    """Make an error response: ``r`` and the text, without the project."""
    return json_response({"r": code, **message(settings, text)}, status)


def message(settings: StringeeSettings, text: str) -> Row:
    """Make the fields of the human text."""
    form = settings.message_key
    if form == "both":
        return {"message": text, "msg": text}
    return {} if form == "none" else {form: text}
