"""What RingMe keeps of calls, and the bodies of what is done about them, as data.

Facts: reference, section 11.3; second reference, sections 3, 5 and 6.
"""

from ..schema import Field, Resource, column

CURRENT_CALLS = Resource(
    noun="current_calls",
    id_column="call_api_id",
    fields=(
        column("extension_id"),
        column("record_uuid", ""),
        column("callback_id", ""),
        column("called_did", ""),
        column("called_number", ""),
        column("caller_id_name", ""),
        column("caller_id_number", ""),
        column("called_extension", []),
        column("caller_extension", []),
        column("call_flow", "in"),
        column("real_call", True),
        column("init_time_gmt"),
        column("answer_time_gmt"),
    ),
    indexes=(("extension_id",),),
)

CALLERS = Resource(
    noun="callers",
    id_column="call_api_id",
    fields=(
        column("extension_id", shown="never"),
        column("joined_datetime"),
        column("number", ""),
        column("serving_agent"),
        column("state", "Waiting"),
        column("wait_time", 0),
    ),
    indexes=(("extension_id",),),
)

CALLBACK = (
    Field("src_num", "any", create="required"),
    Field("dst_num", "word", create="required"),
    Field("allow_public_transfer", "flag", True),
    Field("call_duration", "number", 0),
    Field("wait_for_pickup", "number", 0),
)
"""The body of a callback as far as it is checked."""

_ENDED_CALL = (
    column("flow", "in"),
    column("init_time_gmt"),
    column("start_time_gmt"),
    column("hangup_time_gmt"),
    column("duration", 0),
    column("result", "answered"),
    column("hangup_disposition", "caller_bye"),
    column("hangup_cause"),
    column("from_username", ""),
    column("from_domain"),
    column("from_screen_name"),
    column("to_username", ""),
    column("to_domain"),
    column("did_number"),
    column("did_domain"),
    column("ext_number_reg"),
    column("extension_id"),
    column("extension_name"),
    column("extension_type", "phone"),
    column("extension_group_owner_id"),
    column("client_owner_id"),
)
CALL_RECORDS = Resource(
    noun="call_records",
    id_column="call_uuid",
    fields=(
        *_ENDED_CALL,
        column("bridged_time_gmt"),
        column("bridged_duration"),
        column("bridged_username"),
        column("bridged_domain"),
        column("cdr", []),
    ),
)
RECORDINGS = Resource(
    noun="recordings",
    id_column="record_uuid",
    fields=(*_ENDED_CALL, column("call_uuid"), column("record_file_size", 0)),
)

LIVE = (CURRENT_CALLS, CALLERS)
"""What is under way, by ``call_api_id``."""

CALL_ACTION = (
    Field(
        "action",
        "word",
        create="required",
        among=(
            "transfer",
            "attended_transfer",
            "eavesdrop",
            "whisper",
            "conference",
            "hold",
            "offhold",
            "park",
            "pickup",
        ),
    ),
    Field("send_dst", "word", nullable=True),
)
