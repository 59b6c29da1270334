"""What a call of the past was, and its legs.

Source: the vendor's pages on call history, calls and legs, public client code. Any field may be null or missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs

from ..core.decoding import Loader
from ..core.json_codec import encode
from ..core.model import NAMED, Malformed, Model, model, shared_fields
from ..core.moments import moment_of

IN: Final = "in"
OUT: Final = "out"


@shared_fields(kw_only=True)
class EndedCall(Model):
    """The fields of calls, legs and recordings; the properties are alike for all vendors. Numbers are not in the repr.

    Args:
        flow: `in` or `out`; of a leg also `transfer`.
        init_time_gmt: When it began, UTC, as the vendor writes it.
        start_time_gmt: Likewise, when it was picked up or began to ring.
        hangup_time_gmt: Likewise, when it ended.
        duration: Seconds.
        result: `bridged`, `answered` (by a menu or a queue, without a talk), `not answered`, `busy`, `failed`,
            `rejected`, or another text; of a leg also `answered elsewhere` and `voicemail`.
        hangup_disposition: Who ended it, such as `callee_bye`.
        hangup_cause: An older form of the same.
        from_username: Who called, a number or an extension.
        to_username: Who was called, likewise.
        did_number: The number of the exchange that was called.
        extension_id: The extension it was at.
        extension_group_owner_id: The group of extensions it belongs to.
        client_owner_id: The client it belongs to.
    """

    __slots__ = ()

    flow: str | None = None
    init_time_gmt: str | None = None
    start_time_gmt: str | None = None
    hangup_time_gmt: str | None = None
    duration: int | None = None
    result: str | None = None
    hangup_disposition: str | None = None
    hangup_cause: str | None = None
    from_username: str | None = attrs.field(default=None, repr=False)
    from_domain: str | None = None
    from_screen_name: str | None = attrs.field(default=None, repr=False)
    to_username: str | None = attrs.field(default=None, repr=False)
    to_domain: str | None = None
    did_number: str | None = attrs.field(default=None, repr=False)
    did_domain: str | None = None
    ext_number_reg: str | None = attrs.field(default=None, repr=False)
    extension_id: int | None = None
    extension_name: str | None = None
    extension_type: str | None = None
    extension_group_owner_id: int | None = None
    client_owner_id: int | None = None

    @property
    def direction(self) -> str | None:
        """`"in"` or `"out"`; None where the vendor does not say."""
        flow = (self.flow or "").lower()
        return flow if flow in {IN, OUT} else None

    @property
    def from_number(self) -> str | None:
        """Who called: a number, or the name of an extension."""
        return self.from_username

    @property
    def to_number(self) -> str | None:
        """Who was called, likewise; the number of the exchange where the vendor does not say."""
        return self.to_username or self.did_number

    @property
    def started(self) -> datetime | None:
        """When the call began."""
        return moment_of(self.init_time_gmt) or moment_of(self.start_time_gmt)

    @property
    def answered(self) -> datetime | None:
        """When it was picked up; None where it was not, or where that is unknown."""
        return moment_of(self.start_time_gmt) if self.result in {"answered", "bridged"} else None

    @property
    def ended(self) -> datetime | None:
        """When the call ended."""
        return moment_of(self.hangup_time_gmt)

    @property
    def seconds(self) -> int | None:
        """How long the call was, in seconds."""
        return self.duration

    @property
    def agent(self) -> str | None:
        """The id of the extension that the call was at."""
        return None if self.extension_id is None else str(self.extension_id)


@shared_fields(kw_only=True)
class LegFields(Model):
    """The fields that legs and recordings have beside those of calls.

    Args:
        call_uuid: The id of its call; some hosts leave it out.
        application: `callcenter`, `callback`, `intercept`, or another text.
        ani_number: The number shown to who was called.
        record_file_size: The recording's size, in bytes as far as known.
        storage_url: Where the recording is; a secret, not in the repr.
    """

    __slots__ = ()

    call_uuid: str | None = None
    application: str | None = None
    ani_number: str | None = attrs.field(default=None, repr=False)
    source_number: str | None = attrs.field(default=None, repr=False)
    source_domain: str | None = None
    dest_number: str | None = attrs.field(default=None, repr=False)
    dest_domain: str | None = None
    record_file_size: int | None = None
    calls_result: str | None = None
    calls_hangup_disposition: str | None = None
    file_name: str | None = None
    record_transfer: bool | None = None
    storage_url: str | None = attrs.field(default=None, repr=False)


@model(kw_only=True)
class CallLeg(EndedCall, LegFields):
    """One leg of a call: the part of it at one extension.

    Args:
        record_uuid: The recording's id, for `client.recordings`.
    """

    record_uuid: str | None = None

    @property
    def recording_id(self) -> str | None:
        """The recording's id in lower case, which `client.recordings` takes; None where there is none."""
        return self.record_uuid.lower() if self.record_uuid else None


@model(kw_only=True)
class CallRecord(EndedCall):
    """A call that has ended, with its legs.

    Args:
        call_uuid: The call's id, 32 hexadecimal digits in either case; `CallID` of events, `call_id` of a callback.
        bridged_time_gmt: When the two parties were connected, UTC, as the vendor writes it; null without a second party.
        bridged_duration: Seconds that they talked.
        bridged_username: The second party.
        diversion_number: The number that diverted the call; newer hosts only, like the following ones.
        callback: The callback that the call came from.
        ivr_history: What was chosen in menus.
        quality_rate: What the caller rated.
        cdr: The legs, as the vendor writes them; see `legs`.
    """

    call_uuid: str = attrs.field(metadata=NAMED)
    bridged_time_gmt: str | None = None
    bridged_duration: int | None = None
    bridged_username: str | None = attrs.field(default=None, repr=False)
    bridged_domain: str | None = None
    diversion_number: str | None = attrs.field(default=None, repr=False)
    callback: str | None = None
    ivr_history: str | None = None
    quality_rate: dict[str, Any] | None = None
    cdr: list[Any] | None = attrs.field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The call's id in lower case, as events have it."""
        return self.call_uuid.lower()

    @property
    def answered(self) -> datetime | None:
        """When the two parties were connected; None where they were not."""
        return moment_of(self.bridged_time_gmt)

    @property
    def legs(self) -> tuple[CallLeg, ...]:
        """The legs of the call; what cannot be read as one is left out, and is in `cdr`."""
        loaded = [LEG_LOADER.load(encode(leg)) for leg in self.cdr or ()]
        return tuple(leg for leg in loaded if not isinstance(leg, Malformed))

    @property
    def recording_id(self) -> str | None:
        """The id of the first recording among the legs, which `client.recordings` takes; None without legs or recording."""
        return next((leg.recording_id for leg in self.legs if leg.recording_id), None)


LEG_LOADER: Final = Loader(CallLeg)
LOADER: Final = Loader(CallRecord)
