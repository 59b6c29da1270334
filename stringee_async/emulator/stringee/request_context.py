"""One Stringee call on its way through an operation: its body, look-ups by id, and the envelope of its response."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..dialect import Response, json_object, json_response
from ..request_context import RequestContext
from ..state import Row
from .fields import FieldError
from .settings import StringeeSettings
from .state import StringeeState
from .tables import ContactCentreResource

NOT_FOUND, BAD_FIELD, EXISTS, BAD_KEY, NO_REST_API, THROTTLED = -1, 3, 2, 5, 45, 429
"""The codes of ``r``; ``BAD_FIELD`` and ``THROTTLED`` are the emulator's own choice."""


def failure(settings: StringeeSettings, code: int, text: str, status: int = 200) -> Response:
    """Make an error response: ``r`` and the text, without the project."""
    return json_response({"r": code, **_message(settings, text)}, status)


class StringeeContext(RequestContext[StringeeState, StringeeSettings]):
    """What an operation of the contact-centre API is given."""

    def body(self) -> dict[str, Any]:
        """Read the body as a JSON object, an empty one as an empty object, or raise ``FieldError``."""
        data = json_object(self.call.body) if self.call.body else {}
        if data is None:
            raise FieldError("body must be a JSON object")
        return data

    def find(self, resource: ContactCentreResource, key: str) -> Mapping[str, Any]:
        """Look up a row by id; KeyError with the resource's label if there is none that can be seen."""
        row = self.state.row(resource.noun, key)
        if row is None:
            raise KeyError(resource.label)
        return row

    def envelope(self, text: str, more: Row | None = None, code: int = 0) -> Row:
        """Make the fields of the response: ``r``, the project, ``more``, and the human text."""
        form, project = self.vendor_settings.project_as, self.state.project
        owner: Row = {} if form == "missing" else {"project": project if form == "int" else str(project)}
        return {"r": code, **owner, **(more or {}), **_message(self.vendor_settings, text)}


Act: TypeAlias = Callable[[StringeeContext], Row | Response]
"""What an operation does: it returns the fields of the response, or the response where it is no JSON object."""


def _message(settings: StringeeSettings, text: str) -> Row:
    """Make the fields of the human text."""
    form = settings.message_key
    if form == "both":
        return {"message": text, "msg": text}
    return {} if form == "none" else {form: text}
