"""Click to call: the exchange rings one side, and calls the other when it is picked up. `client.callback`.

Source of every fact here: the vendor's page on callbacks, public client code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader
from ..core.field_rules import ListOf, Matching, destination, row_id, seconds
from ..core.fields import label
from ..core.model import NAMED, Model, model
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean
from .ids import Id, extension_path
from .resource import Resource

CREATE: Final = Operation("callback.create", "POST", "/extension/{extension_id}/callback/", RetryClass.CREATE)

_keys: Final = Matching(
    re.compile(r"[0-9*#Ww]+|.*\$cv\(.*"),
    "keys 0-9, * and #, W and w for pauses, or a variable such as $cv({VAR})",
)


class CallbackSettings(TypedDict, total=False):
    """What can be set of a callback; those left out get the vendor's default."""

    allow_public_transfer: Annotated[
        bool | Unset, boolean, Doc("Whether outside numbers may be transferred to.")
    ]
    call_duration: Annotated[int | Unset, seconds, Doc("Seconds that the call may last.")]
    wait_for_pickup: Annotated[int | Unset, seconds, Doc("Seconds that it may ring.")]
    caller_id_name: Annotated[str | Unset, label, Doc("Name shown to `dst_num`; else the extension's.")]
    caller_id_number: Annotated[
        str | Unset, destination, Doc("Number shown to `dst_num`; else the extension's.")
    ]
    src_caller_id_name: Annotated[str | Unset, label, Doc("Name shown to `src_num`.")]
    src_caller_id_number: Annotated[str | Unset, destination, Doc("Number shown to `src_num`.")]
    src_ani: Annotated[str | Unset, destination, Doc("Number of yours shown to an outside `src_num`.")]
    dst_ani: Annotated[str | Unset, destination, Doc("Number of yours shown to an outside `dst_num`.")]
    announce_sound_id: Annotated[int | Unset, row_id, Doc("Sound played to who picks up first.")]
    dst_announce_sound_id: Annotated[int | Unset, row_id, Doc("Sound played to `dst_num`.")]
    dst_dtmf: Annotated[str | Unset, _keys, Doc("Keys sent to `dst_num`: `0-9*#`, `W` waits 1 s, `w` 0.5 s.")]
    transfer_after_src_hangup: Annotated[
        str | Unset, destination, Doc("Where `dst_num` goes when the other side hangs up.")
    ]
    transfer_after_dst_hangup: Annotated[
        str | Unset, destination, Doc("Where the other side goes when `dst_num` hangs up.")
    ]


class CallbackFields(CallbackSettings):
    """What a callback has."""

    src_num: Annotated[Sequence[str], ListOf(destination, least=1), Doc("Who is rung first.")]
    dst_num: Annotated[str, destination, Doc("Who is called then.")]


@model(kw_only=True)
class Callback(Model):
    """A callback that the exchange has accepted; its call need not have been answered.

    Args:
        call_id: The call's id: `CallID` and `CallBackID` of events, and what `client.call_records.get` takes.
        call_api_id: Its id in `client.current_calls`, as far as known.
    """

    call_id: str = attrs.field(metadata=NAMED)
    call_api_id: str | None = None


LOADER: Final = Loader(Callback)
_FIELDS: Final = Fields(CallbackFields)


class Callbacks(Resource):
    """Operations on callbacks."""

    _declared = _FIELDS

    async def create(
        self,
        extension_id: Id,
        *,
        src_num: Sequence[str],
        dst_num: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[CallbackSettings],
    ) -> Callback:
        """Ring all of `src_num`, and call `dst_num` when one of them picks up.

        Args:
            extension_id: The extension that calls, of type phone, by id or as `"@name"`.
            src_num: Extensions or numbers that ring at once; no queue and no menu. Their forwarding is ignored.
            dst_num: An extension or a number; a queue or a menu too.

        Returns:
            The ids to follow the call by. The vendor has accepted the callback; it need not have been answered.

        Raises:
            NotFoundError: There is no such extension.
            OutcomeUnknownError: The response was lost; people may have been rung. Not safe to repeat: look in
                `client.current_calls` and `client.call_records` first.
        """
        path = extension_path(extension_id)
        body = _FIELDS.body(
            {"src_num": src_num, "dst_num": dst_num, **settings},
            creating=True,
            extra=extra,
            phone_code=self._host.phone_code,
        )
        return await self._write(CREATE, LOADER, body, path=path)
