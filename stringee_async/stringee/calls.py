"""Calls: placed, and changed while they are under way. `client.calls`; those of the contact centre: `centre_calls`.

Source: developer.stringee.com, call-rest-api (make outbound call, stop a call, put actions, transfer, add participant),
all on the call host (`api_url`); what is undocumented in a response is from public projects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields, VendorName
from ..core.errors import ApiError, ConfigError
from ..core.field_rules import ListOf, note, web_address, word
from ..core.json_codec import readable
from ..core.messages import Response
from ..core.names import is_id
from ..core.operation import Operation
from ..core.resource import Host, Resource
from ..core.response import is_success
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean, identifier, phone_number
from ..core.validation import user_id as login
from . import call_codes
from .centre_calls import CentreCalls, PlacedCall
from .refusals import message_of
from .responses import succeeded
from .scco import Endpoint, Script, endpoint, phone, script
from .scco_settings import RecordFormat

MAKE: Final = Operation("calls.make", "POST", "/v1/call2/callout", RetryClass.CREATE)
STOP: Final = Operation("calls.stop", "POST", "/v1/call2/stop", RetryClass.IDEMPOTENT_WRITE)
PUT_ACTIONS: Final = Operation("calls.put_actions", "POST", "/v1/call2/putactions", RetryClass.CREATE)
TRANSFER_CALL: Final = Operation("calls.transfer_call", "POST", "/v1/call2/transfer", RetryClass.CREATE)
ADD_USER: Final = Operation("calls.add_user", "POST", "/v1/call2/adduser", RetryClass.CREATE)


class CallSettings(TypedDict, total=False):
    """What can be set of a call; public projects send these fields, the vendor's page does not name them."""

    event_url: Annotated[
        str | Unset, web_address, VendorName("eventUrl"), Doc("URL that gets the call's events.")
    ]
    record: Annotated[bool | Unset, boolean, Doc("Whether it is recorded.")]
    record_format: Annotated[
        RecordFormat | Unset, word, VendorName("recordFormat"), Doc("The kind of file, such as `mp3`.")
    ]
    user_id: Annotated[str | Unset, login, VendorName("userId"), Doc("The user that it belongs to.")]
    custom_data: Annotated[
        str | Unset, note, VendorName("customData"), Doc("A text that comes back with its events.")
    ]


FIELDS: Final = Fields(CallSettings)


class Calls(CentreCalls):
    """Operations on calls."""

    def __init__(self, hosts: tuple[Host, Host]) -> None:
        contact_centre, call_host = hosts
        super().__init__(contact_centre)
        self._call_host = Resource(call_host)

    async def make(
        self,
        *,
        caller: str | Endpoint,
        to: str | Endpoint | Sequence[str | Endpoint],
        actions: Script | None = None,
        answer_url: str | None = None,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[CallSettings],
    ) -> PlacedCall:
        """Place a call, and run a script in it.

        Args:
            caller: One of your numbers, or an end made by `phone` or `user`.
            to: Who is called, likewise; or a list of them.
            actions: The script, made by the functions of `stringee_async.stringee.scco`.
            answer_url: Where the vendor fetches the script, in place of `actions`.

        Returns:
            The call's id and what the vendor said.

        Raises:
            ConfigError: An argument is wrong, or not exactly one of `actions` and `answer_url` is given.
            ConflictError: There is not enough money, or there are too many calls at once.
            PermissionDeniedError: The number is not yours, or the account may not call.
            OutcomeUnknownError: The response was lost; the telephone may ring. Not safe to repeat: it may ring twice.
        """
        body = FIELDS.body(settings, creating=True, extra=extra)
        body["from"] = self._end("caller", caller)
        body["to"] = ListOf(self._end, least=1)("to", [to] if isinstance(to, (str, Endpoint)) else to)
        if actions is not None:
            body["actions"] = script(actions)
        if answer_url is not None and body.get("answer_url") != answer_url:
            body["answer_url"] = web_address("answer_url", answer_url)
        if ("actions" in body) == ("answer_url" in body):
            raise ConfigError("make takes either actions or answer_url")
        return await self._call_host._send(MAKE, _placed, body=body)

    async def stop(self, call_id: str, *, missing_ok: bool = False) -> None:
        """End a call; one that has ended already counts as stopped.

        Args:
            call_id: The call's id.
            missing_ok: Count a call that the vendor does not know as stopped.

        Raises:
            NotFoundError: The vendor does not know the call, and no earlier attempt of this one lost its response.
        """
        body = {"callId": identifier("call_id", call_id)}
        await self._call_host._gone(STOP, _stopped, missing_ok=missing_ok, body=body)

    async def put_actions(self, call_id: str, *, actions: Script) -> None:
        """Give a call under way another script.

        Args:
            call_id: The call's id.
            actions: The script, as for `make`.

        Raises:
            NotFoundError: The vendor does not know the call.
            OutcomeUnknownError: The response was lost; the script may run. Not safe to repeat.
        """
        body = {"callId": identifier("call_id", call_id), "actions": script(actions)}
        await self._call_host._send(PUT_ACTIONS, _changed, body=body)

    async def transfer_call(self, call_id: str, *, from_user: str, to: str | Endpoint) -> None:
        """Transfer a call under way. For calls of the contact centre use `transfer`.

        Args:
            call_id: The call's id.
            from_user: The user who hands it over.
            to: Who takes it: a number, or an end made by `phone` or `user`.

        Raises:
            NotFoundError: The vendor does not know the call.
            OutcomeUnknownError: The response was lost; the call may be transferred. Not safe to repeat.
        """
        body = {
            "callId": identifier("call_id", call_id),
            "fromUserId": login("from_user", from_user),
            "to": self._end("to", to),
        }
        await self._call_host._send(TRANSFER_CALL, _changed, body=body)

    async def add_user(
        self, call_id: str, *, caller: str | Endpoint, to: str | Endpoint, spy: bool = False
    ) -> None:
        """Call somebody else into a call under way.

        Args:
            call_id: The call's id.
            caller: Who is shown as the caller, as for `make`.
            to: Who is called, likewise.
            spy: Whether the new one listens and is not heard.

        Raises:
            NotFoundError: The vendor does not know the call.
            OutcomeUnknownError: The response was lost; the telephone may ring. Not safe to repeat.
        """
        body = {
            "callId": identifier("call_id", call_id),
            "from": self._end("caller", caller),
            "to": self._end("to", to),
            "spyCall": boolean("spy", spy),
        }
        await self._call_host._send(ADD_USER, _changed, body=body)

    def _end(self, name: str, given: object) -> dict[str, Any]:
        """Return one end of a call as it is sent; a text is a telephone number."""
        if not isinstance(given, str):
            return endpoint(name, given)
        return endpoint(name, phone(phone_number(name, self._phone(given))))


def _placed(response: Response) -> PlacedCall:
    fields = readable(succeeded(response, codes=call_codes.PLACED))
    found = next((fields[name] for name in ("call_id", "callId") if is_id(fields.get(name))), None)
    return PlacedCall(call_id=None if found is None else str(found), message=message_of(fields))


def _stopped(response: Response) -> None:
    try:
        succeeded(response, codes=call_codes.STOPPED)
    except ApiError as error:
        if error.code != call_codes.ENDED or not is_success(response):
            raise


def _changed(response: Response) -> None:
    succeeded(response, codes=call_codes.UNDER_WAY)
