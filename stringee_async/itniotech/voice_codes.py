"""Codes that are read out in a call. `client.voice_codes`.

Source: itniotech.com, the voice product (sendCode).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc
from ..core.field_rules import Whole, called_number, word
from ..core.fields import Text
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from .resource import Resource
from .responses import data_key
from .row import fields_of

SEND: Final = Operation("voice_codes.send", "POST", "/voice/sendCode", RetryClass.CREATE)
_LOOK: Final = (
    "do not send it again before you know: voice_records.groups.list(since=...) shows it once it has ended"
)


class VoiceCodeSettings(TypedDict, total=False):
    """What can be set of a call that reads a code out."""

    display_num: Annotated[str | Unset, Text(15, exact=True, number=True), Doc("Caller id.")]
    loop_count: Annotated[
        int | Unset, Whole(1, 9), Doc("How often the text is read; white labels take up to 3.")
    ]
    recall_count: Annotated[
        int | Unset, Whole(0, 9), Doc("How often the number is called again where the call is not answered.")
    ]
    called_info: Annotated[
        str | Unset, Text(1000, lines=True), Doc("A note that comes back with the call record.")
    ]


class VoiceCodeFields(VoiceCodeSettings, total=False):
    """What is sent of a call that reads a code out."""

    callee: Annotated[str, called_number, Doc("7 to 15 digits with country code.")]
    language: Annotated[
        str,
        word,
        Doc(
            "The vendor's code of the language: `EN`, `VN`, `JP`, `ARB`, `DE`, `IN`, `IT`, `KR`, `RU`, `ES`, `PT`, `IDN`, `BD`, "
            "and others on newer hosts."
        ),
    ]
    text: Annotated[
        str,
        Text(1000, lines=True, ours=False),
        Doc("What is read; commas make pauses. Older white labels take less."),
    ]
    app_id: Annotated[str, word, Doc("The application.")]


FIELDS: Final = fields_of(VoiceCodeFields)


class VoiceCodes(Resource):
    """Operations on codes that are read out."""

    _declared = FIELDS

    async def send(
        self,
        *,
        callee: str,
        language: str,
        text: str,
        app_id: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[VoiceCodeSettings],
    ) -> str | None:
        """Call a number and read a text out.

        Returns:
            The vendor's id of the call, for `client.voice_records.groups`; None where it does not return it.

        Raises:
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            OutcomeUnknownError: The response was lost; the number may be called. Not safe to repeat: it could be called
                twice.
        """
        body = self._body(
            FIELDS, extra, callee=callee, language=language, text=text, app_id=app_id, **settings
        )
        made = await self._post(SEND, body, data_key("voiceId"), look=_LOOK)
        return None if made is None else str(made)
