"""Calls that are under way, and what can be done to them. `client.current_calls`.

Source of every fact here: the vendor's page on current calls.
"""

from __future__ import annotations

import builtins
from operator import attrgetter
from typing import Any, Final

import attrs

from ..core.decoding import Loader
from ..core.errors import DecodeError, NotFoundError
from ..core.field_rules import destination, word
from ..core.json_codec import Raw, encode, shallow
from ..core.model import NAMED, Model, model, shared_fields
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import identifier
from .ids import ME, Id, client_path, extension_path
from .resource import Resource
from .responses import read_deleted, read_done

TRANSFER: Final = "transfer"
ATTENDED_TRANSFER: Final = "attended_transfer"
EAVESDROP: Final = "eavesdrop"
WHISPER: Final = "whisper"
CONFERENCE: Final = "conference"
HOLD: Final = "hold"
OFFHOLD: Final = "offhold"
PARK: Final = "park"
PICKUP: Final = "pickup"

PATH: Final = "/extension/{extension_id}/current_calls/"
ITEM: Final = PATH + "{call_api_id}"
LIST: Final = Operation("current_calls.list", "GET", "/client/{client_id}/current_calls/", RetryClass.READ)
OF_EXTENSION: Final = Operation("current_calls.of_extension", "GET", PATH, RetryClass.READ)
GET: Final = Operation("current_calls.get", "GET", ITEM, RetryClass.READ)
# A PUT, but done twice it may ring the target twice or undo what the people on the line did since.
ACT: Final = Operation("current_calls.act", "PUT", ITEM, RetryClass.CREATE)
DROP: Final = Operation("current_calls.drop", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)


@shared_fields(kw_only=True)
class CallOfExtension(Model):
    """The fields that the list of calls and call events share.

    Args:
        called_did: The number of the exchange that was called.
        called_number: The number that was called; not in the repr, like the caller's name.
        caller_id_name: The caller's name.
    """

    __slots__ = ()

    called_did: str | None = None
    called_number: str | None = attrs.field(default=None, repr=False)
    caller_id_name: str | None = attrs.field(default=None, repr=False)


@model(kw_only=True)
class CurrentCall(CallOfExtension):
    """A call that is under way. The caller's number is not in the repr, either.

    Args:
        call_api_id: The call's id here and in `client.queues.members`.
        record_uuid: The recording's id.
        callback_id: The callback that it came from.
        extension_id: The extension it is at.
        call_flow: `in` or `out`; some hosts write capitals, which are folded.
        called_extension: The extensions that were called, as the vendor writes them; a single one is a list of one.
        caller_id_number: The caller's number.
        caller_extension: The extensions that call, likewise.
        real_call: Whether it is a real call.
        init_time_gmt: When it began, GMT, as the vendor writes it.
        answer_time_gmt: When it was answered, likewise.
    """

    call_api_id: str = attrs.field(metadata=NAMED)
    record_uuid: str | None = None
    callback_id: str | None = None
    extension_id: int | None = None
    call_flow: str | None = None
    called_extension: list[Any] | None = None
    caller_id_number: str | None = attrs.field(default=None, repr=False)
    caller_extension: list[Any] | None = None
    real_call: bool | None = None
    init_time_gmt: str | None = None
    answer_time_gmt: str | None = None


LOADER: Final = Loader(CurrentCall)
_WRAPPED: Final = "call_list"
_MAYBE_ALONE: Final = ("called_extension", "caller_extension")


def _mended(raw: Raw) -> Raw:
    """Return a row with a single extension as an array of one, and the direction in lower case."""
    try:
        row = shallow(raw)
    except DecodeError:
        return raw  # the code that reads the row says what is wrong with it
    changed: dict[str, Raw] = {
        name: Raw(b"[" + bytes(row[name]) + b"]")
        for name in _MAYBE_ALONE
        if name in row and bytes(row[name]).startswith(b"{")
    }
    flow = bytes(row.get("call_flow", b""))
    if flow.startswith(b'"') and flow != flow.lower():
        changed["call_flow"] = Raw(flow.lower())
    return Raw(encode(row | changed)) if changed else raw


class CurrentCalls(Resource):
    """Operations on calls that are under way."""

    def list(
        self, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[CurrentCall]:
        """List the calls of a client; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for call in client.current_calls.list()`.
        """
        return self._list(
            LIST,
            LOADER,
            client_path(client_id),
            key=attrgetter("call_api_id"),
            max_passes=max_passes,
            strict=strict,
            wrapped=_WRAPPED,
            mend=_mended,
        )

    async def of_extension(self, extension_id: Id, *, strict: bool = False) -> builtins.list[CurrentCall]:
        """Return the calls of an extension.

        Raises:
            NotFoundError: There is no such extension.
        """
        listing = self._list(
            OF_EXTENSION,
            LOADER,
            extension_path(extension_id),
            key=attrgetter("call_api_id"),
            strict=strict,
            wrapped=_WRAPPED,
            mend=_mended,
        )
        return await listing.collect()

    async def get(self, extension_id: Id, call_api_id: str) -> CurrentCall:
        """Return one call of an extension. The form of the response is not documented: an object or a list is read.

        A response with other calls only says that this one is over.

        Raises:
            NotFoundError: There is no such call any longer.
        """
        listing = self._list(
            GET,
            LOADER,
            _call(extension_id, call_api_id),
            key=attrgetter("call_api_id"),
            wrapped=_WRAPPED,
            mend=_mended,
        )
        async for call in listing:
            if call.call_api_id == call_api_id:
                return call
        if listing.malformed:
            first = listing.malformed[0]
            raise DecodeError(f"a call cannot be read and may be this one: {first.path}: {first.reason}")
        raise NotFoundError("the call is over", operation=GET.name, object=f"call_api_id {call_api_id}")

    async def act(
        self, extension_id: Id, call_api_id: str, *, action: str, send_dst: str | Unset = UNSET
    ) -> None:
        """Do something to a call.

        Args:
            action: `TRANSFER`, `HOLD`, or another that the vendor has.
            send_dst: Where to, for actions that have a target: an extension or a number as text.

        Raises:
            NotFoundError: There is no such call any longer.
            OutcomeUnknownError: The response was lost. Not safe to repeat: look at the call first.
        """
        body = {"action": word("action", action)}
        if not isinstance(send_dst, Unset):
            body["send_dst"] = destination("send_dst", send_dst)
        await self._send(ACT, read_done, path=_call(extension_id, call_api_id), body=body)

    async def drop(self, extension_id: Id, call_api_id: str, *, missing_ok: bool = False) -> None:
        """End a call.

        Raises:
            NotFoundError: There is no such call any longer, and no earlier attempt of this call lost its response.
        """
        path = _call(extension_id, call_api_id)
        await self._gone(DROP, read_deleted, path=path, missing_ok=missing_ok)


def _call(extension_id: Id, call_api_id: str) -> dict[str, str]:
    return {**extension_path(extension_id), "call_api_id": identifier("call_api_id", call_api_id)}
