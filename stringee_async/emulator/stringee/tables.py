"""What the Stringee contact-centre API calls things: paths, fields, ids, list keys, count keys.

One job: the reference's table as data. ``stringee/dialect.py`` reads it; nothing here acts.
Sources of the odd names are the samples of the official pages; see the marks in the reference.
"""

from typing import Any, Literal, TypeAlias

import attrs

from ..texts import DAY, MANY

Kind: TypeAlias = Literal["text", "int", "flag", "plus_number", "name", "login", "phone", "url"]
"""``flag`` is written as a boolean and read back as 0 or 1; ``plus_number`` comes back with a ``+``; of
``name``, ``login``, ``phone`` and ``url`` see ``emulator/texts.py``."""

OnUpdate: TypeAlias = Literal["optional", "required", "fixed"]


@attrs.frozen
class Field:
    """One field of a body.

    Args:
        name: its wire name.
        kind: what it holds.
        required: whether a create needs it.
        default: what a row holds when it was not given.
        on_update: whether an update may, must, or cannot set it (then it is passed over).
        refers: the resource that the value names by id, or an empty text.
        among: the values it may have; empty for any.
        least: of an integer, the smallest.
        most: of an integer, the largest.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    default: Any = None
    on_update: OnUpdate = "optional"
    refers: str = ""
    among: tuple[str, ...] = ()
    least: int = 0
    most: int = MANY


@attrs.frozen(kw_only=True)
class Resource:
    """One resource.

    Args:
        noun: the first half of its operations' names, for instance ``agents``.
        path: its path, without a trailing slash.
        label: how messages call one of them.
        prefix: how ids begin.
        id_key: the name of a created object's id.
        list_key: the name of the rows in a list.
        count_key: the name of the count in a list.
        fields: the fields of its bodies.
        fixed: columns of a row that cannot be written.
        natural: the columns that make one unique, if any do.
        parent: for a list that must be asked for one parent: (query parameter, column, parent resource).
    """

    noun: str
    path: str
    label: str
    prefix: str
    id_key: str
    list_key: str
    count_key: str = "totalCount"
    fields: tuple[Field, ...]
    fixed: tuple[tuple[str, Any], ...] = ()
    natural: tuple[str, ...] = ()
    parent: tuple[str, str, str] | None = None


AGENTS = Resource(
    noun="agents",
    path="/v1/agent",
    label="Agent",
    prefix="AG_",
    id_key="agentID",
    list_key="agents",
    count_key="totalAgents",
    fields=(
        Field("name", "name", required=True),
        Field("stringee_user_id", "login", required=True),
        Field("manual_status", among=("AVAILABLE", "NOT AVAILABLE")),
        Field("system_status", "int", default=0, most=2),
        Field("routing_type", "int", default=1, least=1, most=2),
        Field("phone_number", "phone"),
    ),
    fixed=(
        ("device_status", 0),
        ("online_status", 0),
        ("last_time_pickup", 0),
        ("last_time_support_call_ended", 0),
    ),
    natural=("stringee_user_id",),
)

GROUPS = Resource(
    noun="groups",
    path="/v1/group",
    label="Group",
    prefix="GR_",
    id_key="groupID",
    list_key="groups",
    count_key="totalGroups",
    fields=(Field("name", "name", required=True),),
    natural=("name",),
)

QUEUES = Resource(
    noun="queues",
    path="/v1/queue",
    label="Queue",
    prefix="QU_",
    id_key="queueID",
    list_key="queues",
    fields=(
        Field("name", "name", required=True),
        Field("record_calls", "flag", default=1),
        Field("agent_wrap_up_after_calls", "flag", default=1),
        Field("wrap_up_time_limit", "int", default=10, most=DAY),
        Field("schedule", "int", default=1, least=1, most=2),
        Field("wait_agent_answer_timeout", "int", default=15, least=3, most=DAY),
        Field("wait_greeting", "name"),
        Field("hold_greeting", "name"),
        Field("maximum_queue_size", "int", default=5),
        Field("maximum_queue_wait_time", "int", default=60, most=DAY),
        Field("from_number_callout_to_agent", "phone"),
        Field("get_list_agents_url", "url"),
        Field("cond_routing", "int", default=1, least=1, most=2),
    ),
    fixed=(("enable_voicemail", 0),),
    natural=("name",),
)

GROUP_AGENTS = Resource(
    noun="group_agents",
    path="/v1/manage-agents-in-group",
    label="Group agent",
    prefix="GA_",
    id_key="",
    list_key="groupAgents",
    fields=(
        Field("agent_id", required=True, refers="agents"),
        Field("group_id", required=True, refers="groups"),
    ),
    natural=("group_id", "agent_id"),
    parent=("group", "group_id", "groups"),
)

GROUP_ROUTINGS = Resource(
    noun="group_routings",
    path="/v1/routing-call-to-groups",
    label="Group routing",
    prefix="GR_RO_",
    id_key="groupRoutingID",
    list_key="groupRoutings",
    fields=(
        Field("queue_id", required=True, on_update="fixed", refers="queues"),
        Field("group_id", required=True, on_update="fixed", refers="groups"),
        Field("primary_group", "int", required=True, on_update="required", most=1),
    ),
    natural=("queue_id", "group_id"),
    parent=("queue", "queue_id", "queues"),
)

NUMBERS = Resource(
    noun="numbers",
    path="/v1/number",
    label="Number",
    prefix="NU_",
    id_key="numberID",
    list_key="numbers",
    fields=(
        Field("number", required=True, on_update="required"),
        Field("nickname"),
        Field("allow_outbound_calls", "flag", required=True, on_update="required"),
        Field("enable_ivr", "flag", required=True, on_update="required"),
        Field("ivr_menu", refers="ivr_trees"),
        Field("queue_id", refers="queues"),
        Field("record_outbound_calls", "flag", default=0),
    ),
    natural=("number",),
)

IVR_TREES = Resource(
    noun="ivr_trees",
    path="/v1/ivrtree",
    label="IVR tree",
    prefix="TR_",
    id_key="ivrTreeID",
    list_key="ivrTrees",
    fields=(Field("tree_name", required=True),),
    fixed=(("root_node", ""),),
)

IVR_NODES = Resource(
    noun="ivr_nodes",
    path="/v1/ivrnode",
    label="IVR node",
    prefix="NO_",
    id_key="ivrNodeID",
    list_key="ivrNodes",
    fields=(
        Field("tree", required=True, on_update="fixed", refers="ivr_trees"),
        Field("node_name", required=True),
        Field("node_play_mode", required=True),
        Field("node_play_content", required=True),
        Field("bargeIn", "flag", default=1),
        Field("loop_count", "int", default=1),
        Field("sched", "int", default=0),
        Field("voice", default="hn_female_thutrang_phrase_48k-hsmm"),
        Field("speed", "int", default=0, least=-MANY),
        Field("keypress_timeout", "int", default=5),
    ),
    parent=("tree", "tree", "ivr_trees"),
)

IVR_KEYPRESSES = Resource(
    noun="ivr_keypresses",
    path="/v1/ivrkeypress",
    label="IVR key press",
    prefix="NO_KE_",
    id_key="ivrNodeKeyID",
    list_key="ivrNodeKeys",
    fields=(
        Field("node", required=True, on_update="fixed", refers="ivr_nodes"),
        Field("node_key", required=True),
        Field("action", "int", required=True),
        Field("next_node", refers="ivr_nodes"),
        Field("queue_id", refers="queues"),
        Field("to_phone_number"),
        Field("from_number_callout_to_agent"),
        Field("sms"),
    ),
    parent=("node", "node", "ivr_nodes"),
)

BLACKLIST_NUMBERS = Resource(
    noun="blacklist_numbers",
    path="/v1/blacklistnumber",
    label="Blacklist number",
    prefix="BN_",
    id_key="blacklistNumberID",
    list_key="blacklistNumbers",
    fields=(
        Field("number", "plus_number", required=True, on_update="required"),
        Field("ivr_blocked", "flag", default=0),
        Field("queue_blocked", "flag", default=0),
    ),
    natural=("number",),
)

RESOURCES = (
    AGENTS,
    GROUPS,
    QUEUES,
    GROUP_AGENTS,
    GROUP_ROUTINGS,
    NUMBERS,
    IVR_TREES,
    IVR_NODES,
    IVR_KEYPRESSES,
    BLACKLIST_NUMBERS,
)

CALL_SETTINGS_PATH = "/v1/callsettings"
CALL_SETTINGS: tuple[tuple[str, Any], ...] = (
    ("get_customer_info_url", None),
    ("get_customer_info_timeout", 2000),
    ("event_url", None),
    ("callout_answer_url", None),
)
