"""Calls that ring a SIP phone of the voice product. `client.phone_calls`; for an agent's calls see `client.calls`.

Both are the same call of the vendor's; what `account` names tells them apart. Source: the vendor's Java client, and
itniotech.com, the voice product (sendSip).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.operation import Operation
from ..core.retry_class import RetryClass
from .calls import FIELDS, CallSettings
from .resource import Resource
from .responses import data_key

START: Final = Operation("phone_calls.start", "POST", "/voice/sendSip", RetryClass.CREATE)
_LOOK: Final = (
    "do not start it again before you know: voice_records.phones.list(since=...) shows it once it has ended"
)


class PhoneCalls(Resource):
    """Operations on calls of phones."""

    _declared = FIELDS

    async def start(
        self,
        *,
        callee: str,
        account: str,
        app_id: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[CallSettings],
    ) -> str | None:
        """Ring a phone, and call a number from it.

        Args:
            account: The phone's account, as `client.phones.list` shows it.

        Returns:
            The vendor's id of the call, for `client.voice_records.phones`; None where it does not return it.

        Raises:
            PermissionDeniedError: The balance is not enough, or the account's fees do not allow this.
            ConflictError: The phone is not idle.
            OutcomeUnknownError: The response was lost; the phone may ring. Not safe to repeat: it could ring twice.
        """
        body = self._body(FIELDS, extra, callee=callee, account=account, app_id=app_id, **settings)
        made = await self._post(START, body, data_key("voiceId"), look=_LOOK)
        return None if made is None else str(made)
