"""Calls made for an agent. `client.calls`; those of phones: `client.phone_calls`.

Source: itniotech.com, the voice product (sendSip).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc
from ..core.field_rules import called_number, word
from ..core.fields import Text
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from .resource import Resource
from .responses import data_key
from .row import fields_of

MAKE: Final = Operation("calls.make", "POST", "/voice/sendSip", RetryClass.CREATE)


class CallSettings(TypedDict, total=False):
    """What can be set of a call."""

    display_num: Annotated[str | Unset, Text(15, exact=True, number=True), Doc("Caller id.")]
    called_info: Annotated[
        str | Unset, Text(1000, lines=True), Doc("A note that comes back with the call record.")
    ]


class CallFields(CallSettings):
    """What is sent of a call."""

    callee: Annotated[str, called_number, Doc("7 to 15 digits with country code.")]
    account: Annotated[str, word, Doc("The agent's account.")]
    app_id: Annotated[str, word, Doc("The application.")]


FIELDS: Final = fields_of(CallFields)


class Calls(Resource):
    """Operations on calls."""

    _declared = FIELDS

    async def make(
        self,
        *,
        callee: str,
        account: str,
        app_id: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[CallSettings],
    ) -> str | None:
        """Call a number for an agent; the agent's phone takes part.

        Returns:
            Id of the record; None where the vendor does not return it.

        Raises:
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            OutcomeUnknownError: The response was lost; the phone may ring. Not safe to repeat: it could ring twice.
        """
        record = await self._post(
            MAKE,
            self._body(FIELDS, extra, callee=callee, account=account, app_id=app_id, **settings),
            data_key("id"),
        )
        return None if record is None else str(record)
