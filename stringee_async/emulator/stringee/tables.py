"""The resources of the Stringee contact-centre API as data; irregular names are those of the official samples."""

from typing import Final

import attrs

from ..schema import Field, Resource, column
from ..texts import DAY, MANY

HOUR_MS = 3_600_000
KEYS = (*"0123456789*#", "EMPTY_KEY", "INVALID_KEY")


@attrs.frozen(kw_only=True)
class ContactCentreResource(Resource):
    """A resource of the contact-centre API, with its path and the names in its responses.

    Args:
        path: its path, without a trailing slash.
        label: how messages call one of them.
        prefix: how ids begin.
        id_key: the name of a created object's id.
        list_key: the name of the rows in a list.
        count_key: the name of the count in a list.
        parent: for a list that must be asked for one parent: (query parameter, column, parent resource).
    """

    path: str
    label: str
    prefix: str
    id_key: str
    list_key: str
    count_key: str = "totalCount"
    parent: tuple[str, str, str] | None = None


ROUTING: Final = Field("routing_type", "number", default=1, least=1, most=2)
"""Where an agent's calls ring: 1 the app, 2 the phone."""

AGENTS = ContactCentreResource(
    noun="agents",
    path="/v1/agent",
    label="Agent",
    prefix="AG_",
    id_key="agentID",
    list_key="agents",
    count_key="totalAgents",
    fields=(
        Field("name", "name", create="required"),
        Field("stringee_user_id", "login", create="required"),
        Field("manual_status", among=("AVAILABLE", "NOT AVAILABLE")),
        Field("system_status", "number", default=0, most=2),
        ROUTING,
        Field("phone_number", "phone"),
        column("device_status", 0),
        column("online_status", 0),
        column("last_time_pickup", 0),
        column("last_time_support_call_ended", 0),
    ),
    unique=("stringee_user_id",),
)

GROUPS = ContactCentreResource(
    noun="groups",
    path="/v1/group",
    label="Group",
    prefix="GR_",
    id_key="groupID",
    list_key="groups",
    count_key="totalGroups",
    fields=(Field("name", "name", create="required"),),
    unique=("name",),
)

QUEUES = ContactCentreResource(
    noun="queues",
    path="/v1/queue",
    label="Queue",
    prefix="QU_",
    id_key="queueID",
    list_key="queues",
    fields=(
        Field("name", "name", create="required"),
        Field("record_calls", "flag", default=1),
        Field("agent_wrap_up_after_calls", "flag", default=1),
        Field("wrap_up_time_limit", "number", default=10, most=DAY),
        Field("schedule", "number", default=1, least=1, most=2),
        Field("wait_agent_answer_timeout", "number", default=15, least=3, most=DAY),
        Field("wait_greeting", "name"),
        Field("hold_greeting", "name"),
        Field("maximum_queue_size", "number", default=5, most=MANY),
        Field("maximum_queue_wait_time", "number", default=60, most=DAY),
        Field("from_number_callout_to_agent", "phone"),
        Field("get_list_agents_url", "url"),
        Field("cond_routing", "number", default=1, least=1, most=2),
        column("enable_voicemail", 0),
    ),
    unique=("name",),
)

GROUP_AGENTS = ContactCentreResource(
    noun="group_agents",
    path="/v1/manage-agents-in-group",
    label="Group agent",
    prefix="GA_",
    id_key="",
    id_column="",
    list_key="groupAgents",
    fields=(
        Field("agent_id", create="required", refers="agents"),
        Field("group_id", create="required", refers="groups"),
    ),
    unique=("group_id", "agent_id"),
    parent=("group", "group_id", "groups"),
)

GROUP_ROUTINGS = ContactCentreResource(
    noun="group_routings",
    path="/v1/routing-call-to-groups",
    label="Group routing",
    prefix="GR_RO_",
    id_key="groupRoutingID",
    list_key="groupRoutings",
    fields=(
        Field("queue_id", create="required", update="ignored", refers="queues"),
        Field("group_id", create="required", update="ignored", refers="groups"),
        Field("primary_group", "number", create="required", update="required", most=1),
    ),
    unique=("queue_id", "group_id"),
    parent=("queue", "queue_id", "queues"),
)

NUMBERS = ContactCentreResource(
    noun="numbers",
    path="/v1/number",
    label="Number",
    prefix="NU_",
    id_key="numberID",
    list_key="numbers",
    fields=(
        Field("number", "phone", create="required", update="required"),
        Field("nickname", "name"),
        Field("allow_outbound_calls", "flag", create="required", update="required"),
        Field("enable_ivr", "flag", create="required", update="required"),
        Field("ivr_menu", refers="ivr_trees"),
        Field("queue_id", refers="queues"),
        Field("record_outbound_calls", "flag", default=0),
    ),
    unique=("number",),
)

IVR_TREES = ContactCentreResource(
    noun="ivr_trees",
    path="/v1/ivrtree",
    label="IVR tree",
    prefix="TR_",
    id_key="ivrTreeID",
    list_key="ivrTrees",
    fields=(Field("tree_name", "name", create="required"), column("root_node", "")),
)

IVR_NODES = ContactCentreResource(
    noun="ivr_nodes",
    path="/v1/ivrnode",
    label="IVR node",
    prefix="NO_",
    id_key="ivrNodeID",
    list_key="ivrNodes",
    fields=(
        Field("tree", create="required", update="ignored", refers="ivr_trees"),
        Field("node_name", "name", create="required"),
        Field("node_play_mode", create="required", among=("talk", "play")),
        Field("node_play_content", "note", create="required"),
        Field("bargeIn", "flag", default=1),
        Field("loop_count", "number", default=1, most=MANY),
        Field("sched", "number", default=0, most=HOUR_MS),
        Field("voice", "word", default="hn_female_thutrang_phrase_48k-hsmm"),
        Field("speed", "number", default=0, least=-3, most=3),
        Field("keypress_timeout", "number", default=5, most=DAY),
    ),
    parent=("tree", "tree", "ivr_trees"),
)

IVR_KEYPRESSES = ContactCentreResource(
    noun="ivr_keypresses",
    path="/v1/ivrkeypress",
    label="IVR key press",
    prefix="NO_KE_",
    id_key="ivrNodeKeyID",
    list_key="ivrNodeKeys",
    fields=(
        Field("node", create="required", update="ignored", refers="ivr_nodes"),
        Field("node_key", create="required", among=KEYS),
        Field("action", "number", create="required", least=1, most=6),
        Field("next_node", refers="ivr_nodes"),
        Field("queue_id", refers="queues"),
        Field("to_phone_number", "phone"),
        Field("from_number_callout_to_agent", "phone"),
        Field("sms", "note"),
        column("tree"),
    ),
    unique=("node", "node_key"),
    parent=("node", "node", "ivr_nodes"),
)

BLACKLIST_NUMBERS = ContactCentreResource(
    noun="blacklist_numbers",
    path="/v1/blacklistnumber",
    label="Blacklist number",
    prefix="BN_",
    id_key="blacklistNumberID",
    list_key="blacklistNumbers",
    fields=(
        Field("number", "plus_number", create="required", update="required"),
        Field("ivr_blocked", "flag", default=0),
        Field("queue_blocked", "flag", default=0),
    ),
    unique=("number",),
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

CALL_LOG = ContactCentreResource(
    noun="call_records",
    path="/v1/call/log",
    label="Call",
    prefix="call-vn-1-",
    id_key="",
    list_key="calls",
    count_key="totalCalls",
    fields=(
        column("from_number", ""),
        column("to_number", ""),
        column("from_alias", ""),
        column("to_alias", ""),
        column("from_internal", 0),
        column("to_internal", 0),
        column("from_user_id"),
        column("start_time", 0),
        column("answer_time", 0),
        column("stop_time", 0),
        column("answer_duration", 0),
        column("amount", "0.00000"),
        column("recorded", 0),
        column("video_call", 0),
    ),
)
"""The calls that have ended; only the call host lists them."""

CALL = Resource(
    noun="calls",
    fields=(
        Field("answer_url", "url"),
        Field("eventUrl", "url"),
        Field("record", "flag"),
        Field("recordFormat", "word"),
        Field("userId", "user"),
        Field("customData", "note"),
    ),
)
"""What is set of a call that is placed, beside its ends and its script."""

GREETING_FILES = ContactCentreResource(
    noun="greeting_files",
    path="/v1/greetingfile",
    label="Greeting file",
    prefix="GF_",
    id_key="fileSid",
    list_key="greeting_files",
    fields=(column("filename"), column("desc1"), column("created", 0)),
)
"""Sounds that were uploaded, on the call host."""

SIP_ACCOUNTS = ContactCentreResource(
    noun="sip_accounts",
    path="/v1/ipphonecommon",
    label="SIP account",
    prefix="",
    id_key="",
    id_column="",
    list_key="rows",
    fields=(
        Field("user_name", "extension", create="required", update="ignored"),
        Field("password", "name", create="required", update="required"),
        Field("extension", "number", create="required", update="required"),
        Field("stringee_user_id", "login"),
    ),
)

SIP_PHONES = ContactCentreResource(
    noun="sip_phones",
    path="/v1/sipphone",
    label="SIP phone",
    prefix="",
    id_key="",
    id_column="",
    list_key="sipphones",
    fields=(
        Field("username", "extension", create="required", update="ignored"),
        Field("password", "name", create="required", shown="never"),
        Field("extension", "extension"),
        column("email_address"),
    ),
)
"""SIP phones of the call host."""

CALL_SETTINGS_PATH = "/v1/callsettings"
CALL_SETTINGS = Resource(
    noun="call_settings",
    fields=(
        Field("get_customer_info_url", "url", nullable=True),
        Field("get_customer_info_timeout", "number", default=2000, most=DAY),
        Field("event_url", "url", nullable=True),
        Field("callout_answer_url", "url", nullable=True),
    ),
)
