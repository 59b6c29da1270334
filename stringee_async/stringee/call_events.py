"""Call events that Stringee posts to your server, read into typed events.

States and fields that the page does not name are kept: a status is an open text, further fields are in `extra`. Some
events come form-encoded instead of as JSON, some come twice or out of order. Source: developer.stringee.com,
server/call-events; the fields of recordings and of key presses, the form encoding and the repeats were seen in public
projects only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias, cast
from urllib.parse import parse_qsl

import attrs

from ..core.decoding import Loader
from ..core.errors import DecodeError, WebhookError
from ..core.json_codec import encode, fields_apart, loads
from ..core.model import Malformed, Model, model, shared_fields

CREATED: Final = "created"
STARTED: Final = "started"
RINGING: Final = "ringing"
ANSWERED: Final = "answered"
ENDED: Final = "ended"
AGENT_ENDED: Final = "agentEnded"
CONNECT_FAILED: Final = "connect_failed"

_MAX_FIELDS: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NESTED: Final = re.compile(r"(\w+)\[(\w+)\]")
_SNAKE_CASE: Final = frozenset(
    [
        "call_id",
        "project_id",
        "account_sid",
        "request_from_user_id",
        "event_id",
        "timestamp_ms",
        "call_status",
        "agent_status",
        "recording_url",
        "recording_id",
    ]
)
"""Fields that the vendor writes like this; the others are in camelCase."""


@attrs.frozen(kw_only=True)
class Party:
    """One side of a call.

    Args:
        number: The phone number, or the user id of an internal party; not in the repr.
        alias: Its alias; not in the repr.
        is_online: Whether the user is logged in.
        type: `internal`, `external`, or another text.
    """

    number: str | None = attrs.field(default=None, repr=False)
    alias: str | None = attrs.field(default=None, repr=False)
    is_online: bool | None = None
    type: str | None = None


@shared_fields(kw_only=True)
class _Event(Model):
    """The fields that every event may have.

    Args:
        event_id: Id of the event, the same where it comes again; not every event has one.
        project_id: The project.
        account_sid: The account.
        timestamp_ms: When the event happened, in milliseconds since 1970; see `time`.
        from_: Who calls, as the vendor wrote it; see `caller`. Not in the repr.
        to: Who is called; see `callee`. Not in the repr.
        client_custom_data: What your app gave with the call; not in the repr.
    """

    __slots__ = ()

    event_id: str | None = None
    project_id: int | str | None = None
    account_sid: str | None = None
    timestamp_ms: int | None = None
    from_: Any = attrs.field(default=None, repr=False)
    to: Any = attrs.field(default=None, repr=False)
    client_custom_data: Any = attrs.field(default=None, repr=False)

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        name = cast("str", field.name)
        if name in _SNAKE_CASE:
            return name
        return re.sub(r"_(\w)", lambda match: match[1].upper(), name.removesuffix("_"))

    @property
    def time(self) -> datetime | None:
        """When the event happened; None where the vendor does not say it."""
        return _moment(self.timestamp_ms)

    @property
    def caller(self) -> Party | None:
        """Who calls; None where the event does not say it."""
        return _party(self.from_)

    @property
    def callee(self) -> Party | None:
        """Who is called; None where the event does not say it."""
        return _party(self.to)


@model(kw_only=True)
class CallEvent(_Event):
    """A call changed its state. Events may come twice or out of order: go by `event_id` and `timestamp_ms`.

    Args:
        call_id: The call.
        call_status: `created`, `started`, `ringing`, `answered`, `ended`, `agentEnded`, `connect_failed`, another text
            that the vendor may add, or None.
        type: Of what, such as `stringee_call`.
        call_type: `IVR`, `CALL`, `CONFERENCE`, or another text.
        request_from_user_id: The user who asked for the call.
        call_created_reason: Why the call exists, such as `EXTERNAL_CALL_IN`.
        end_call_cause: Why it ended, such as `486 Busy Here` or `USER_END_CALL`.
        ended_by: `EXTERNAL`, `INTERNAL`, or another text.
        duration: Seconds of the whole call.
        answer_duration: Seconds since it was answered.
        agent_status: State of the agent, where an agent could not be connected.
        actor: Who caused the event; not documented.
        actor_type: Likewise.
        serial: Number of the event within its call; not documented.
        recording_url: The recording, where an event with a status has one; not in the repr.
    """

    call_id: str
    call_status: str | None = None
    type: str | None = None
    call_type: str | None = None
    request_from_user_id: str | None = None
    call_created_reason: str | None = None
    end_call_cause: str | None = None
    ended_by: str | None = None
    duration: int | None = None
    answer_duration: int | None = None
    agent_status: str | None = None
    actor: Any = attrs.field(default=None, repr=False)
    actor_type: str | None = None
    serial: int | None = None
    recording_url: str | None = attrs.field(default=None, repr=False)

    @property
    def is_end(self) -> bool:
        """Whether the call is over. A status that this client does not know does not count as an end."""
        return self.call_status == ENDED


@model(kw_only=True)
class RecordingReady(_Event):
    """The recording of a call can be fetched: `client.recordings.save(event.call_id, path)`.

    Args:
        call_id: The call; the vendor serves its recording under this id.
        recording_url: Where the vendor says it is: at the general host, also for a regional project. Not in the repr.
        recording_id: Id of the recording, where the event has one.
    """

    call_id: str
    recording_url: str | None = attrs.field(default=None, repr=False)
    recording_id: str | None = None


@model(kw_only=True)
class KeysPressed(_Event):
    """What a caller pressed, posted to the `eventUrl` of an `input` action; the response must be a new list of actions.

    Args:
        call_id: The call.
        dtmf: The keys; not in the repr.
        timeout: Whether the caller let the time pass.
        custom_field: What the action gave along; not in the repr.
    """

    call_id: str
    dtmf: str | None = attrs.field(default=None, repr=False)
    timeout: bool | None = None
    custom_field: Any = attrs.field(default=None, repr=False)


Event: TypeAlias = CallEvent | RecordingReady | KeysPressed
"""What `parse_event` returns."""

_CALL_EVENT: Final = Loader(CallEvent)
_RECORDING_READY: Final = Loader(RecordingReady)
_KEYS_PRESSED: Final = Loader(KeysPressed)


def parse_event(body: bytes | str | Mapping[str, Any]) -> Event:
    """Return the event that a request holds; it is not verified here, see `verify`.

    Args:
        body: The body as it came, JSON or form-encoded, or its fields, decoded already.

    Returns:
        `RecordingReady` for an event without a status that names a recording, `KeysPressed` for one that tells pressed
        keys, else `CallEvent`, also where the status is new or missing.

    Raises:
        WebhookError: It cannot be read, or names no call.
    """
    data = _json_of(body)
    try:
        fields = fields_apart(data)
    except DecodeError:
        raise WebhookError("not an event: neither a JSON object nor a form") from None
    event = _loader(fields).load(data)
    if isinstance(event, Malformed):
        name = event.path.removeprefix("$.")
        raise WebhookError(f"not an event: {name} is missing or cannot be read")
    if not event.call_id.strip():
        raise WebhookError("not an event: call_id is empty")
    return event


def _loader(fields: Mapping[str, Any]) -> Loader[CallEvent] | Loader[RecordingReady] | Loader[KeysPressed]:
    said = {name for name, value in fields.items() if bytes(value) not in {b"null", b'""'}}
    if "call_status" in said:
        return _CALL_EVENT
    if said & {"recording_url", "recording_id"}:
        return _RECORDING_READY
    return _KEYS_PRESSED if "dtmf" in fields or "timeout" in said else _CALL_EVENT


def _json_of(body: object) -> bytes:
    """Return an event as JSON text, whatever form it has."""
    try:
        if isinstance(body, Mapping):
            return encode(_nested(cast("Mapping[str, Any]", body)))
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            raise WebhookError(f"an event must be bytes, text or a mapping, got {type(body).__name__}")
        if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
            return body
        text = body.decode("utf-8", "replace")
        return encode(_nested(dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))))
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise WebhookError("not an event: it holds what is no text, or too many fields") from None


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form, with `from[number]` as a field of `from` and JSON in `from` and `to` decoded."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        inner = _NESTED.fullmatch(name)
        if inner is None:
            found[name] = _decoded(value) if name in {"from", "to"} else value
        elif isinstance(outer := found.setdefault(inner[1], {}), dict):
            outer[inner[2]] = value
    return found


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        try:
            return loads(value.encode())
        except DecodeError:
            return value
    return value


def _party(value: Any) -> Party | None:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        online = fields.get("is_online")
        return Party(
            number=_text(fields.get("number")),
            alias=_text(fields.get("alias")),
            is_online=str(online).lower() in {"true", "1"} if online is not None else None,
            type=_text(fields.get("type")),
        )
    number = _text(value)
    return None if number is None else Party(number=number)


def _text(value: object) -> str | None:
    if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
        return str(value)
    return None


def _moment(milliseconds: int | None) -> datetime | None:
    try:
        return None if milliseconds is None else _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
