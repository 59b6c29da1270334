"""The resources of RingMe as data: columns, checks, limits, defaults, what is shown. Those of calls: ``call_tables``.

Facts: reference, sections 8.1, 8.2, 8.6, 9.1, 10.1, 11.1 and 11.4; second reference, section 7. A queue's response has 32 keys; the names of nine
are not known, so ``parameter_24`` to ``parameter_32`` stand for them: they take anything and come back as given.
Local and remote agents are two resources, ``local`` and ``remote``; ids begin with those of the reference's samples.
"""

from typing import Any

import attrs

from ..schema import Field, Kind, Resource, column
from ..state import Row
from ..texts import LARGEST_ID


def _optional(name: str, kind: Kind = "word", default: Any = None, among: tuple[str, ...] = ()) -> Field:
    """Declare a field that may be null."""
    return Field(name, kind, default, nullable=True, among=among)


def _id(name: str, default: Any = None, *, least: int = 0) -> Field:
    """Declare a field with the id of something, which may be null; some fields say 0 for nothing."""
    return Field(name, "number", default, nullable=True, least=least, most=LARGEST_ID)


def _required(name: str, kind: Kind = "word", among: tuple[str, ...] = ()) -> Field:
    """Declare a field that a create needs."""
    return Field(name, kind, create="required", among=among)


def _newer(field: Field) -> Field:
    """Declare that only the responses of newer hosts show a field."""
    return attrs.evolve(field, shown="newer")


_STRATEGIES = (
    "ring-all",
    "round-robin",
    "longest-idle-agent",
    "top-down",
    "agent-with-least-talk-time",
    "agent-with-fewest-calls",
    "sequentially-by-agent-order",
    "random",
)

EXTENSIONS = Resource(
    noun="extensions",
    first_id=208,
    fields=(
        column("client_id"),
        _required("name", "extension"),
        _required("type", among=("phone", "queue", "ivr", "fax")),
        Field("status", "word", default="active", among=("active", "blocked")),
        Field("label", "name", default="", nullable=True),
        _optional("dial_rule_limit", "any"),
        _id("dial_rule_id", least=1),
        _id("extension_group_id", least=1),
        _optional("caller_id_name", "name"),
        _optional("extra_params", "note"),
        _optional("message_did", "any"),
        Field("ani_rfc3325", "flag", False),
        _optional("did_as_transfer_caller_id", among=("none", "default", "from", "diversion")),
        _newer(Field("from_public_caller_id_number", "flag", False)),
        _newer(Field("rfc_public_caller_id_number", "flag", False)),
        _newer(_optional("public_caller_id_number")),
        column("domain", "sip.ringme.ru"),
        column("create_date"),
    ),
    unique=("name",),
    indexes=(("type",),),
)

QUEUES = Resource(
    noun="queues",
    id_column="extension_id",
    fields=(
        Field("strategy", "word", default="round-robin", among=_STRATEGIES),
        Field("sound_type", "word", default="ring", among=("music", "ring")),
        _id("sound"),
        _id("start_sound"),
        _id("announce_sound"),
        _optional("announce_frequency", "number"),
        _id("agent_announce_sound", 0),
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
    ),
)

_AGENT = (
    _optional("name", "name"),
    Field("status", "word", default="available", among=("available", "logged_out")),
    Field("call_timeout", "number", 60),
    Field("busy_delay_time", "number", 10),
    Field("no_answer_delay_time", "number", 10),
    Field("reject_delay_time", "number", 10),
    Field("wrap_up_time", "number", 0),
    _optional("extra_params", "note"),
    _newer(_id("agent_sound_id", least=1)),
)
LOCAL_AGENTS = Resource(
    noun="local",
    fields=(attrs.evolve(_required("extension_id", "number"), least=1, most=LARGEST_ID), *_AGENT),
    indexes=(("extension_id",),),
)
REMOTE_AGENTS = Resource(noun="remote", fields=(_required("number", "dialled"), *_AGENT))
AGENTS = {"local": LOCAL_AGENTS, "remote": REMOTE_AGENTS}
AGENT_AT_EXTENSION = (_required("name", "name"), *_AGENT[1:])
"""The body of the newer way to create a local agent, which needs a name; the extension is in the path."""

QUEUE_AGENTS = Resource(
    noun="queue_agents",
    id_column="",
    fields=(
        column("extension_id", shown="never"),
        column("kind", shown="never"),
        Field("agent_id", "number", create="required", update="ignored", most=LARGEST_ID),
        Field("level", "number", 0),
        Field("position", "number", 0),
    ),
    unique=("extension_id", "kind", "agent_id"),
    indexes=(("extension_id", "kind"), ("kind", "agent_id")),
)

AGENT_EVENTS = Resource(
    noun="agent_events",
    first_id=150,
    fields=(
        column("kind", shown="never"),
        column("agent_id", shown="never"),
        _required("url", "url"),
        _required("event_type", among=("agent-login", "agent-logout")),
        _required("method", among=("GET", "POST")),
    ),
    indexes=(("kind", "agent_id"),),
)

EXTENSION_EVENTS = Resource(
    noun="extension_events",
    fields=(
        column("extension_id", shown="never"),
        _required("url", "url"),
        _required(
            "event_type",
            among=("dial-in", "dial-out", "hangup", "answer", "message-in", "message-out", "voicemail"),
        ),
        _required("method", among=("GET", "POST")),
    ),
    indexes=(("extension_id",),),
)

SOUNDS = Resource(
    noun="sounds",
    first_id=35,
    fields=(
        column("client_id"),
        column("dealer_id"),
        Field("title", "name", create="required", update="required"),
        column("filename"),
    ),
)

DIDS = Resource(
    noun="dids",
    first_id=501,
    fields=(
        column("client_id"),
        column("name", ""),
        column("domain"),
        column("comment"),
        _id("extension_id", least=1),
        column("message_extension_id"),
        column("allow_message", False),
        column("create_date"),
    ),
    unique=("name",),
)

RESOURCES = (
    EXTENSIONS,
    QUEUES,
    LOCAL_AGENTS,
    REMOTE_AGENTS,
    QUEUE_AGENTS,
    AGENT_EVENTS,
    EXTENSION_EVENTS,
    SOUNDS,
    DIDS,
)
"""The resources whose ids are numbers."""

USER = Resource(
    noun="user",
    fields=(
        column("login"),
        column("client_id"),
        column("dealer_id"),
        column("extension_id"),
        column("extension_group_id"),
        column("admin", True),
        column("access", "full"),
        column("timezone", "Europe/Moscow"),
        column("extra_params"),
    ),
)


def client_rows(account: int, client_id: int) -> tuple[Row, Row, Row]:
    """Return how many of a thing a client may have, the client's card, and the user whose application calls.

    ``event`` is the limit of one agent or extension; None would be no limit.
    """
    limits: Row = {"client_id": client_id, "event": 100}
    card: Row = {"client_id": client_id, "name": f"Client {account}", "email": None}
    user: Row = {"id": 1 + account, **USER.defaults, "login": f"user{account}", "client_id": client_id}
    return limits, card, user
