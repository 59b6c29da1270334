"""Calls made for an agent. `client.calls`.

Source: itniotech.com, the voice product (sendSip).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..core.field_rules import called_number, word
from ..core.fields import Text
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check
from .resource import Resource
from .responses import read_key
from .row import checked_body

MAKE: Final = Operation("calls.make", "POST", "/voice/sendSip", RetryClass.CREATE)

_RULES: Final[dict[str, Check]] = {
    "callee": called_number,
    "display_num": Text(15, exact=True, number=True),
    "account": word,
    "app_id": word,
    "called_info": Text(1000, lines=True),
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
        extra: Mapping[str, Any] | None = None,
    ) -> str | None:
        """Call somebody for an agent; the agent's phone takes part.

        Args:
            callee: 7 to 15 digits with country code.
            account: The agent's account.
            app_id: The application.
            display_num: Caller id.
            called_info: A note that comes back with the call record.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            Id of the record; None where the vendor does not tell it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            OutcomeUnknownError: The response was lost; the phone may ring. Not safe to repeat: it could ring twice.
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
            checked_body(_RULES, fields, extra),
            lambda operation, response: read_key(operation, response, "id"),
        )
        return None if record is None else str(record)
