"""What the ITNIO TECH documentation leaves open, as vendor settings; each default follows its samples.

They are given as ``Emulator(itniotech_settings=ItniotechSettings(...))``. What all vendors share (latency, rate limit,
``read_lag``, ``order``, ``page_size_max``, ``over_limit``, ``beyond_end``, ``unique``) is in ``settings.py``.
"""

from typing import Any, Literal

import attrs

from ..near_names import known_keywords
from ..settings import choice, duration, not_negative, positive, switch


def _status(_: object, attribute: "attrs.Attribute[Any]", value: int) -> None:
    if not 200 <= value <= 599:
        raise ValueError(f"{attribute.name} must be an HTTP status from 200 to 599, not {value!r}")


@known_keywords()
@attrs.define(kw_only=True, eq=False)
class ItniotechSettings:
    """How the emulated ITNIO TECH service behaves; each may be changed while it runs.

    Args:
        tolerance: seconds that a request's ``Timestamp`` may be off the server's clock, either way.
        address_allowed: whether callers are on the account's allow-list of addresses; False returns -2.
        failure_status: the HTTP status of business failures; 200 or, say, 400.
        throttle: how the rate limit refuses: HTTP 429, or HTTP 200 with status -15. Both name -15 in the body.
        status_as: how ``status`` appears: text with the two documented exceptions (settings of a group and list
            of trunks return number 0), always text, or always a number.
        empty_data: how a response without a result looks: ``data`` null, ``data`` missing, or an empty text.
        reason_shown: whether responses carry ``reason``.
        bad_body: what a body that is no JSON object gets: status -22, status -18, or an HTML page.
        page_size: rows on a page whatever the client asks for; the response says so. None obeys.
        empty_records: how a page without rows looks: an empty array, or null.
        search_count: whether pages carry the extra ``searchCount``.
        settings_id: under which name the settings of a group carry its id: as the sample, as the table, or both.
        null_value: what a null in an optional field means: the field is cleared, or the null is passed over.
        unstated_blank: what an empty text does to the settings that are not documented as cleared by it
            (strategy, longest wait, ring, node): clear them too, or refuse with -22.
        omitted: what happens to an optional field that an update leaves out: it keeps its value, or is reset.
        missing_group: the response for an unknown group where -24 is not documented: -63, or -22.
        unknown_ring: whether a group takes a ring that was never uploaded: accept, or refuse with -22.
        rings_unique: whether the same file name cannot be uploaded twice as a ring (-20).
        max_groups: agent groups per account, above it -23; None for no cap.
        max_agents: agents per group, above it -36.
        agent_times: whether the list of agents needs ``strTime`` and ``endTime`` and shows statistics.
        paths: which paths there are: those of ITNIO TECH itself, or those of white labels, below ``/v3``.
        time_form: which forms of time records accept: both, ``yyyy-MM-dd HH:mm:ss``, or ISO 8601 with offset.
        task_id_returned: whether starting a task returns its id; False returns null.
        number_file_limit: bytes of a file of numbers, above it -38.
        call_seconds: how long a call made over the wire lasts; its record is listed, and pushed, when it has ended.
        recorded: whether these calls are recorded.
        recording_delay: how long after the end of a call its recording can be downloaded.
        max_phones: SIP phones per application, above it -23.
        group_call_numbers: numbers in one request of a group call, above it -22.
        voice_step: seconds between two states of a call of the voice product: submitted, calling, ringing, answered,
            ended. With 0 it has ended at once.
        sms_seconds: how long a text message is under way until it is delivered; None until ``state.sms.finish``.
        sent_interval: seconds between two queries of sent messages, sooner -15; the vendor says 60, and 0 switches it off.
        push_interval: seconds between two tries to push a record.
        push_repeats: how often a failed push is repeated.
        push_timeout: seconds that the receiver of a push has to respond.
    """

    tolerance: float = attrs.field(default=300.0, validator=duration)
    address_allowed: bool = switch(on=True)
    failure_status: int = attrs.field(default=200, validator=_status)
    throttle: Literal["429", "-15"] = choice("429")
    status_as: Literal["documented", "text", "number"] = choice("documented")
    empty_data: Literal["null", "missing", "text"] = choice("null")
    reason_shown: bool = switch(on=True)
    bad_body: Literal["-22", "-18", "html"] = choice("-22")
    page_size: int | None = attrs.field(default=None, validator=positive)
    empty_records: Literal["list", "null"] = choice("list")
    search_count: bool = switch(on=False)
    settings_id: Literal["seatGroupId", "voiceGroupId", "both"] = choice("seatGroupId")
    null_value: Literal["clears", "ignored"] = choice("clears")
    unstated_blank: Literal["clear", "refuse"] = choice("clear")
    omitted: Literal["keeps", "resets"] = choice("keeps")
    missing_group: Literal["-63", "-22"] = choice("-63")
    unknown_ring: Literal["accept", "refuse"] = choice("accept")
    rings_unique: bool = switch(on=False)
    max_groups: int | None = attrs.field(default=None, validator=positive)
    max_agents: int = attrs.field(default=1000, validator=not_negative)
    agent_times: bool = switch(on=False)
    paths: Literal["itniotech", "v3"] = choice("itniotech")
    time_form: Literal["any", "plain", "iso"] = choice("any")
    task_id_returned: bool = switch(on=True)
    number_file_limit: int = attrs.field(default=10 << 20, validator=positive)
    call_seconds: float = attrs.field(default=0.0, validator=duration)
    recorded: bool = switch(on=False)
    recording_delay: float = attrs.field(default=0.0, validator=duration)
    max_phones: int = attrs.field(default=1000, validator=not_negative)
    group_call_numbers: int = attrs.field(default=200, validator=positive)
    voice_step: float = attrs.field(default=0.0, validator=duration)
    sms_seconds: float | None = attrs.field(default=None, validator=positive)
    sent_interval: float = attrs.field(default=0.0, validator=duration)
    push_interval: float = attrs.field(default=1800.0, validator=duration)
    push_repeats: int = attrs.field(default=3, validator=not_negative)
    push_timeout: float = attrs.field(default=10.0, validator=positive)
