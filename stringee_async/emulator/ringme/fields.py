"""The fields of RingMe's request bodies as data, and the reading of a body by them.

Facts: reference, sections 8.1, 8.2, 8.6, 9.1, 10.1, 11.1 and 11.4. A queue's answer has 32 keys; the names of nine
are not known, so ``parameter_24`` to ``parameter_32`` stand for them: they take anything and come back as given.
The emulator's own choices: a field of the wrong type is refused, and one that nobody knows is passed over.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, cast

import attrs
from yarl import URL

from ..state import Row
from ..texts import is_name
from .refusal import Refusal

Kind: TypeAlias = Literal["text", "number", "flag", "url", "any", "name"]


_TEXTS: dict[str, Callable[[str], bool]] = {"name": is_name}


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
    """

    name: str
    kind: Kind = "text"
    default: Any = None
    required: bool = False
    nullable: bool = False
    among: tuple[str, ...] = ()


def _optional(name: str, kind: Kind = "text", default: Any = None, among: tuple[str, ...] = ()) -> Field:
    """A field that may be null."""
    return Field(name, kind, default, nullable=True, among=among)


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
    _optional("sound", "number"),
    _optional("start_sound", "number"),
    _optional("announce_sound", "number"),
    _optional("announce_frequency", "number"),
    _optional("agent_announce_sound", "number", 0),
    Field("agent_report_wait_time", "flag", True),
    Field("max_wait_time", "number", 0),
    _optional("timeout_transfer_dst"),
    Field("max_wait_time_with_no_agent", "number", 0),
    _optional("no_agent_timeout_transfer_dst"),
    Field("exit_with_no_av_agents", "flag", True),
    _optional("exit_key", among=tuple("0123456789*#")),
    _optional("exit_transfer_dst"),
    Field("record_enabled", "flag", False),
    Field("tier_rules_apply", "flag", False),
    Field("tier_rule_wait_second", "number", 0),
    Field("tier_rule_wait_multiply_level", "flag", False),
    _optional("agent_hangup_action", among=("transfer", "quality_rate")),
    _optional("agent_hangup_transfer_dst"),
    _optional("append_to_cid_name_on_transfer"),
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
    _optional("extra_params"),
    _optional("agent_sound_id", "number"),
)
AGENTS = {
    "local": (Field("extension_id", "number", required=True), *_AGENT),
    "remote": (Field("number", required=True), *_AGENT),
}
EXTENSION_AGENT = (Field("name", "name", required=True), *_AGENT[1:])

_PLACE = (Field("level", "number", 0), Field("position", "number", 0))
QUEUE_AGENT = (Field("agent_id", "number", required=True), *_PLACE)

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
    Field("name", required=True),
    Field("type", required=True, among=("phone", "queue", "ivr", "fax")),
    Field("status", default="active", among=("active", "blocked")),
    Field("label", default="", nullable=True),
    _optional("dial_rule_limit", "any"),
    _optional("dial_rule_id", "number"),
    _optional("extension_group_id", "number"),
    _optional("caller_id_name", "name"),
    _optional("extra_params"),
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
SOUND_TITLE = (Field("title", required=True),)

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
    """A row as answers show it.

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
    if not _is(field.kind, value) or (field.required and value == ""):
        raise Refusal(f"{field.name} is wrong: expected {field.kind}")
    if field.among and value not in field.among and not open_values:
        raise Refusal(f"{field.name} must be one of {', '.join(field.among)}")
    return value


def _is(kind: Kind, value: Any) -> bool:
    """Whether a value is of a kind."""
    if kind == "number":
        return type(value) is int  # which a boolean is not
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "any":
        return value is not None
    if kind in _TEXTS:
        return isinstance(value, str) and _TEXTS[kind](value)
    return isinstance(value, str) and (kind == "text" or _is_url(value))


def _is_url(value: str) -> bool:
    """Whether a text is an absolute http or https URL."""
    try:
        url = URL(value)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and url.host is not None
