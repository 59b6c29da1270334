"""What Stringee's commands are about."""

from __future__ import annotations

from typing import Final

from ..acts import Act
from ..calls import Calls
from ..command_groups import CommandGroups, Functions
from ..crud import Crud
from ..webhook import Webhook
from . import call_host, calls, commands, ivr
from .context import StringeeContext
from .crud import PasswordCrud

_MEMBERS: Final = Functions("Members: which agents are in which group.", commands.members)

COMMAND_GROUPS: Final = CommandGroups(
    context=StringeeContext,
    groups={
        "agents": Crud(
            help="Agents: the people who take calls.",
            context=StringeeContext,
            noun="agent",
            at="agents",
            resource="stringee.agents:Agents",
            columns=("id", "stringee_user_id", "name", "manual_status", "routing_type", "phone_number"),
            options={"stringee_user_id": "--user-id"},
        ),
        "groups": Crud(
            help="Groups: the teams that queues are routed to.",
            context=StringeeContext,
            noun="group",
            at="groups",
            resource="stringee.groups:Groups",
            columns=("id", "name", "number_of_agent"),
            texts={"create": "Create a group.", "update": "Rename a group."},
        ),
        "members": _MEMBERS,
        "queues": Crud(
            help="Queues: where callers wait.",
            context=StringeeContext,
            noun="queue",
            at="queues",
            resource="stringee.queues:Queues",
            columns=(
                "id",
                "name",
                "schedule",
                "record_calls",
                "wait_agent_answer_timeout",
                "from_number_callout_to_agent",
            ),
            options={
                "agent_wrap_up_after_calls": "--wrap-up",
                "from_number_callout_to_agent": "--from-number",
            },
        ),
        "routings": Crud(
            help="Routings: which groups answer the calls of a queue.",
            context=StringeeContext,
            noun="routing",
            at="group_routings",
            resource="stringee.group_routings:GroupRoutings",
            columns=("id", "queue_id", "group_id", "primary_group"),
            options={"queue_id": "QUEUE_ID", "group_id": "GROUP_ID", "primary_group": "--primary/--backup"},
            defaults={"primary_group": True},
            texts={
                "list": "List the routings of a queue.",
                "create": "Route a queue to a group.",
                "update": "Make a group primary for its queue, or a backup.",
                "delete": "Delete routings by id, without asking; queue and group stay.",
                "primary_group": "Ask the group first, or only when no agent of the first ones is free.",
            },
            read_ahead=0,
        ),
        "numbers": Crud(
            help="Numbers: which phone numbers ring what.",
            context=StringeeContext,
            noun="number",
            at="numbers",
            resource="stringee.numbers:Numbers",
            columns=(
                "id",
                "number",
                "nickname",
                "enable_ivr",
                "ivr_menu",
                "queue_id",
                "allow_outbound_calls",
            ),
            texts={"delete": "Take numbers out of the contact centre by id, without asking."},
        ),
        "blacklist": Crud(
            help="Blacklist: numbers whose calls are not taken.",
            context=StringeeContext,
            noun="entry",
            at="blacklist_numbers",
            resource="stringee.blacklist_numbers:BlacklistNumbers",
            columns=("id", "number", "ivr_blocked", "queue_blocked"),
            texts={
                "list": "List the blacklist.",
                "create": "Put a number on the blacklist.",
                "update": "Change an entry; the vendor wants its number each time.",
                "delete": "Take numbers off the blacklist by id, without asking.",
            },
        ),
        "ivr": Functions("IVR: what answers the numbers, as a tree.", ivr.ivr),
        "ivr-trees": Crud(
            help="IVR trees: menus that answer numbers.",
            context=StringeeContext,
            noun="IVR tree",
            at="ivr_trees",
            resource="stringee.ivr_trees:IvrTrees",
            columns=("id", "tree_name", "root_node"),
            options={"tree_name": "--name"},
            texts={
                "create": "Create an IVR tree, without nodes.",
                "update": "Rename an IVR tree.",
                "delete": "Delete IVR trees by id, without asking.",
            },
        ),
        "ivr-nodes": Crud(
            help="IVR nodes: what a tree says before it waits for a key.",
            context=StringeeContext,
            noun="IVR node",
            at="ivr_nodes",
            resource="stringee.ivr_nodes:IvrNodes",
            columns=("id", "node_name", "node_play_mode", "node_play_content", "keypress_timeout"),
            options={
                "tree": "TREE_ID",
                "node_name": "--name",
                "node_play_mode": "--mode",
                "node_play_content": "--content",
                "keypress_timeout": "--timeout",
            },
            texts={
                "list": "List the nodes of a tree.",
                "create": "Add a node to a tree; the first is its root.",
            },
            read_ahead=0,
        ),
        "ivr-keys": Crud(
            help="IVR keys: what a node does when a key is pressed.",
            context=StringeeContext,
            noun="IVR key",
            at="ivr_keypresses",
            resource="stringee.ivr_keypresses:IvrKeypresses",
            columns=("id", "node_key", "action", "queue_id", "next_node", "to_phone_number", "sms"),
            options={
                "node": "NODE_ID",
                "node_key": "--key",
                "from_number_callout_to_agent": "--from-number",
                "to_phone_number": "--to-number",
            },
            texts={"list": "List what the keys of a node do.", "create": "Say what a key of a node does."},
            read_ahead=0,
        ),
        "call-settings": Crud(
            help="Call settings: what the vendor asks and tells your servers.",
            context=StringeeContext,
            noun="call settings",
            at="call_settings",
            resource="stringee.call_settings:ProjectCallSettings",
            texts={
                "get": "Show the call settings of the project.",
                "update": "Change call settings of the project; those not named stay as they are.",
            },
        ),
        "sip-accounts": PasswordCrud(
            help="SIP accounts: what desk phones log in with.",
            context=StringeeContext,
            noun="SIP account",
            at="sip_accounts",
            resource="stringee.sip_accounts:SipAccounts",
            columns=("user_name", "extension", "stringee_user_id"),
            options={"stringee_user_id": "--user-id"},
            texts={
                "create": "Create a SIP account; asks for its password.",
                "update": "Change a SIP account; asks for its password, which the vendor wants each time.",
                "delete": "Delete SIP accounts by user name, without asking.",
            },
        ),
        "sip-phones": PasswordCrud(
            help="SIP phones of a project without a contact centre.",
            context=StringeeContext,
            noun="SIP phone",
            at="sip_phones",
            resource="stringee.sip_phones:SipPhones",
            columns=("username", "extension", "email_address"),
            texts={
                "create": "Create a SIP phone; asks for its password.",
                "update": "Change a SIP phone; asks for its password.",
                "delete": "Delete SIP phones by the user name that `list` shows, without asking.",
            },
        ),
        "rooms": Crud(
            help="Rooms of video conferences.",
            context=StringeeContext,
            noun="room",
            at="rooms",
            resource="stringee.rooms:Rooms",
            columns=("room_id", "name", "unique_name"),
        ),
        "webhook": Webhook(context=StringeeContext, sources={"calls": "stringee.webhooks:EVENTS"}),
        "calls": Calls(
            context=StringeeContext,
            resource="stringee.call_records:CallRecords",
            without=("window",),
            acts={
                "call-out": Act(
                    at="calls",
                    resource="stringee.calls:Calls",
                    method="call_out",
                    done="placed",
                    text="Ring an agent, and then the customer.",
                    options={
                        "agent_user_id": "--agent",
                        "customer_number": "--to",
                        "from_number": "--from",
                    },
                ),
                "transfer": Act(
                    at="calls",
                    resource="stringee.calls:Calls",
                    method="transfer",
                    done="transferred",
                    text="Hand a call of the contact centre over to an agent or a phone.",
                    options={"to_number": "--to"},
                ),
            },
            functions=calls.calls,
        ),
        "users": Functions("Users: who is online, and messages to their apps.", commands.users),
        "sms": Functions("Text messages.", call_host.sms),
        "greeting-files": Functions(
            "Greeting files: sounds that queues and calls play.", call_host.greeting_files
        ),
    },
    others={"group-agents": _MEMBERS},
    commands={"token": commands.token},
)
