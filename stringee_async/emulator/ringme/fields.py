"""The fields of RingMe's request bodies as data, and the reading of a body by them.

Facts: reference, sections 8.1, 8.2, 8.6, 9.1, 10.1, 11.1 and 11.4. A queue's response has 32 keys; the names of nine
are not known, so ``parameter_24`` to ``parameter_32`` stand for them: they take anything and come back as given.
The emulator's own choices: a field of the wrong type is refused, and one that nobody knows is passed over.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, cast

import attrs

from ..state import Row
from ..texts import (
    BILLION,
    LARGEST_ID,
    is_dialled,
    is_extension,
    is_name,
    is_note,
    is_phone_key,
    is_url,
    is_word,
)
from .refusal import Refusal

Kind: TypeAlias = Literal[
    "word", "number", "flag", "url", "any", "name", "note", "dialled", "key", "extension"
]

_TEXTS: dict[str, Callable[[str], bool]] = {
    "word": is_word,
    "url": is_url,
    "name": is_name,
    "note": is_note,
    "dialled": is_dialled,
    "key": is_phone_key,
    "extension": is_extension,
}


@attrs.frozen
class Field:
    """One field of a body.

    Args:
        name: its wire name.
        kind: what it holds.
        default: what a row holds when it was not given.
        required: whether a create needs it; then it has no default.
        nullable: whether null may be written.
        among: the values it may have, where they are listed.
        least: of a number, the smallest.
        most: of a number, the largest.
    """

    name: str
    kind: Kind = "word"
    default: Any = None
    required: bool = False
    nullable: bool = False
    among: tuple[str, ...] = ()
    least: int = 0
    most: int = BILLION


def _optional(name: str, kind: Kind = "word", default: Any = None, among: tuple[str, ...] = ()) -> Field:
    """A field that may be null."""
    return Field(name, kind, default, nullable=True, among=among)


def _id(name: str, default: Any = None, *, least: int = 1, required: bool = False) -> Field:
    """The id of something, which may be null where it is not required."""
    return Field(
        name, "number", default, required=required, nullable=not required, least=least, most=LARGEST_ID
    )


STRATEGIES = (
    "ring-all",
    "round-robin",
    "longest-idle-agent",
    "top-down",
    "agent-with-least-talk-time",
    "agent-with-fewest-calls",
    "sequentially-by-agent-order",
    "random",
)

QUEUE = (
    Field("strategy", default="round-robin", among=STRATEGIES),
    Field("sound_type", default="ring", among=("music", "ring")),
    _id("sound", least=0),
    _id("start_sound", least=0),
    _id("announce_sound", least=0),
    _optional("announce_frequency", "number"),
    _id("agent_announce_sound", 0, least=0),
    Field("agent_report_wait_time", "flag", True),
    Field("max_wait_time", "number", 0),
    _optional("timeout_transfer_dst"),
    Field("max_wait_time_with_no_agent", "number", 0),
    _optional("no_agent_timeout_transfer_dst"),
    Field("exit_with_no_av_agents", "flag", True),
    _optional("exit_key", "key"),
    _optional("exit_transfer_dst"),
    Field("record_enabled", "flag", False),
    Field("tier_rules_apply", "flag", False),
    Field("tier_rule_wait_second", "number", 0),
    Field("tier_rule_wait_multiply_level", "flag", False),
    _optional("agent_hangup_action", among=("transfer", "quality_rate")),
    _optional("agent_hangup_transfer_dst"),
    _optional("append_to_cid_name_on_transfer", "name"),
    *(_optional(f"parameter_{number}", "any") for number in range(24, 33)),
)

_AGENT = (
    _optional("name", "name"),
    Field("status", default="available", among=("available", "logged_out")),
    Field("call_timeout", "number", 60),
    Field("busy_delay_time", "number", 10),
    Field("no_answer_delay_time", "number", 10),
    Field("reject_delay_time", "number", 10),
    Field("wrap_up_time", "number", 0),
    _optional("extra_params", "note"),
    _id("agent_sound_id"),
)
AGENTS = {
    "local": (_id("extension_id", required=True), *_AGENT),
    "remote": (Field("number", "dialled", required=True), *_AGENT),
}
EXTENSION_AGENT = (Field("name", "name", required=True), *_AGENT[1:])

_PLACE = (Field("level", "number", 0), Field("position", "number", 0))
QUEUE_AGENT = (_id("agent_id", required=True, least=0), *_PLACE)

AGENT_EVENT = (
    Field("url", "url", required=True),
    Field("event_type", required=True, among=("agent-login", "agent-logout")),
    Field("method", required=True, among=("GET", "POST")),
)
EXTENSION_EVENT = (
    AGENT_EVENT[0],
    Field(
        "event_type",
        required=True,
        among=("dial-in", "dial-out", "hangup", "answer", "message-in", "message-out", "voicemail"),
    ),
    AGENT_EVENT[2],
)

EXTENSION = (
    Field("name", "extension", required=True),
    Field("type", required=True, among=("phone", "queue", "ivr", "fax")),
    Field("status", default="active", among=("active", "blocked")),
    Field("label", "name", default="", nullable=True),
    _optional("dial_rule_limit", "any"),
    _id("dial_rule_id"),
    _id("extension_group_id"),
    _optional("caller_id_name", "name"),
    _optional("extra_params", "note"),
    _optional("message_did", "any"),
    Field("ani_rfc3325", "flag", False),
    _optional("did_as_transfer_caller_id", among=("none", "default", "from", "diversion")),
    Field("from_public_caller_id_number", "flag", False),
    Field("rfc_public_caller_id_number", "flag", False),
    _optional("public_caller_id_number"),
)

CALL_ACTION = (
    Field(
        "action",
        required=True,
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
    _optional("send_dst"),
)
SOUND_TITLE = (Field("title", "name", required=True),)

_NEWER = {
    "from_public_caller_id_number",
    "rfc_public_caller_id_number",
    "public_caller_id_number",
    "agent_sound_id",
}


def defaults(fields: tuple[Field, ...]) -> Row:
    """What a row holds in the fields that need not be given."""
    return {field.name: field.default for field in fields if not field.required}


def shown(row: Mapping[str, Any], *, newer: bool) -> Row:
    """A row as responses show it.

    Args:
        row: the row.
        newer: with the fields that only newer hosts have.
    """
    return {name: value for name, value in row.items() if newer or name not in _NEWER}


def read_object(content_type: str, body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object.

    Args:
        content_type: the header's value.
        body: the bytes.

    Raises:
        Refusal: it is not announced as JSON, or is no JSON object.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refusal("Content-Type must be application/json")
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refusal("Body must be a JSON object")
    return cast("dict[str, Any]", data)


def read_fields(fields: tuple[Field, ...], body: dict[str, Any], *, update: bool, open_values: bool) -> Row:
    """Take the known fields out of a body.

    Args:
        fields: which fields there are.
        body: the body.
        update: nothing is required.
        open_values: whether a listed field may have a value that is not listed.

    Returns:
        The given fields, checked.

    Raises:
        Refusal: a required field is missing, or one is of the wrong type or not among its values.
    """
    values: Row = {}
    for field in fields:
        if field.name in body:
            values[field.name] = _checked(field, body[field.name], open_values)
        elif field.required and not update:
            raise Refusal(f"{field.name} is required")
    return values


def _checked(field: Field, value: Any, open_values: bool) -> Any:
    """One value, if it is of the right type and among those that are listed."""
    if value is None and field.nullable:
        return None
    if not _is(field, value):
        raise Refusal(f"{field.name} is wrong: expected {field.kind}")
    if field.among and value not in field.among and not open_values:
        raise Refusal(f"{field.name} must be one of {', '.join(field.among)}")
    return value


def _is(field: Field, value: Any) -> bool:
    """Whether a value is of the field's kind, and in its range."""
    if field.kind == "number":
        return type(value) is int and field.least <= value <= field.most  # a boolean is none
    if field.kind == "flag":
        return isinstance(value, bool)
    if field.kind == "any":
        return value is not None
    return isinstance(value, str) and _TEXTS[field.kind](value)
