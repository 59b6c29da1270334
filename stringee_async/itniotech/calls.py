"""Calls made for an agent. `client.calls`.

Source: itniotech.com, the voice product (sendSip).
"""

from __future__ import annotations

from typing import Final

from ..core.operation import Check, Operation, checked, phone_number, required_text
from ..core.wire import UNSET, RetryClass, Unset
from .envelope import read_key
from .resource import Resource
from .row import body_of

MAKE: Final = Operation("calls.make", "POST", "/voice/sendSip", RetryClass.CREATE)

_RULES: Final[dict[str, Check]] = {
    "callee": phone_number,
    "display_num": required_text,
    "account": required_text,
    "app_id": required_text,
    "called_info": required_text,
}


class Calls(Resource):
    """Operations on calls."""

    async def make(
        self,
        *,
        callee: str,
        account: str,
        app_id: str,
        display_num: str | Unset = UNSET,
        called_info: str | Unset = UNSET,
    ) -> str | None:
        """Call somebody for an agent; the agent's phone takes part.

        Args:
            callee: Digits with country code; the pages say 7 to 15.
            account: The agent's account.
            app_id: The application.
            display_num: Caller id.
            called_info: A note that comes back with the call record.

        Returns:
            Id of the record; None where the vendor does not tell it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            OutcomeUnknownError: The answer was lost; the phone may ring. Not safe to repeat: it could ring twice.
            SdkError: As for every call.
        """
        fields = {
            "callee": self._phone(callee),
            "display_num": display_num,
            "account": account,
            "app_id": app_id,
            "called_info": called_info,
        }
        record = await self._post(
            MAKE,
            body_of(checked(_RULES, fields, nulls=False)),
            lambda operation, response: read_key(operation, response, "id"),
        )
        return None if record is None else str(record)
