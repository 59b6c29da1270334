"""What RingMe's commands are about."""

from __future__ import annotations

from typing import Final

from ..acts import Act
from ..calls import Calls
from ..command_groups import CommandGroups, Functions
from ..crud import Crud
from ..webhook import Webhook
from . import commands, every_extension
from .by_kind import CrudByKind
from .context import CLIENT, QUEUE, RingMeContext
from .crud import CrudOverTime

_SPAN: Final = {
    "since": "From when on, UTC, such as 2026-11-01 or 2026-11-01T08:00:00.",
    "until": "Until when, UTC, not included; now if left out, and never later.",
    "client_id": CLIENT,
}
_AGENT: Final = "The agent's id among those of its kind; see `agents list`."

COMMAND_GROUPS: Final = CommandGroups(
    context=RingMeContext,
    groups={
        "agents": CrudByKind(
            help="Agents: extensions and outside numbers that take calls.",
            noun="agent",
            at="agents",
            resource="ringme.agents:LocalAgents",
            remote="ringme.agents:RemoteAgents",
            columns=("id", "name", "status", "extension_id", "number", "call_timeout", "wrap_up_time"),
            lists_both=True,
            options={"remove_from_queues": "--remove-from-queues/--keep-in-queues"},
            texts={
                "list": "List agents of both kinds, or of one.",
                "list extension_id": "Only agents of this extension, which are local; may be repeated.",
                "create": "Make an extension or an outside number an agent; what is not given is left to the vendor's "
                "defaults.",
                "delete": "Delete agents by id, without asking, and take them out of their queues; extensions stay.",
                "agent_id": _AGENT,
                "client_id": CLIENT,
                "extension_id": "The extension that is the agent, of type phone; local only.",
                "number": "The number that is the agent, digits with country code; remote only.",
                "remove_from_queues": "Take an agent out of its queues, or refuse to delete one that is in a queue.",
            },
        ),
        "queues": Crud(
            help="Queues: how callers wait; `extensions create --type queue` makes one.",
            context=RingMeContext,
            noun="queue",
            at="queues",
            resource="ringme.queues:Queues",
            texts={
                "get": "Show the settings of a queue.",
                "update": "Change settings of a queue and show it as it is then; those not named stay as they are.",
                "extension_id": QUEUE,
            },
            shows_update=True,
            functions=commands.queues,
        ),
        "queue-agents": CrudByKind(
            help="Queue agents: which agents are in which queue.",
            noun="queue agent",
            at="queue_agents",
            resource="ringme.queue_agents:AgentsInQueues",
            columns=("agent_id", "level", "position"),
            lists_both=True,
            options={"agent_id": "AGENT_ID"},
            texts={
                "list": "List the agents in a queue, of both kinds or of one.",
                "get": "Show level and position of an agent in a queue.",
                "add": "Put an agent into a queue.",
                "update": "Change level or position of an agent in a queue; what is not named stays as it is.",
                "remove": "Take agents out of a queue; the agents stay.",
                "extension_id": QUEUE,
                "agent_id": _AGENT,
            },
            pair=("extension_id", "agent_id"),
        ),
        "agent-events": CrudByKind(
            help="Agent events: your server is told when an agent logs in or out.",
            noun="agent event",
            at="agent_events",
            resource="ringme.agent_events:EventsOfAgents",
            columns=("id", "event_type", "method", "url"),
            defaults={"method": "POST"},
            texts={
                "list": "List the events of an agent.",
                "get": "Show one event of an agent.",
                "create": "Have an agent's logins, or its logouts, reported to your server.",
                "update": "Change fields of an event of an agent; those not named stay as they are.",
                "delete": "Delete events of an agent, without asking.",
                "agent_id": _AGENT,
                "client_id": CLIENT,
            },
        ),
        "extensions": Crud(
            help="Extensions: phones, queues, menus and fax boxes.",
            context=RingMeContext,
            noun="extension",
            at="extensions",
            resource="ringme.extensions:Extensions",
            columns=("id", "name", "type", "status", "label", "caller_id_name"),
            texts={
                "create": "Create an extension; one of type queue is a queue at once.",
                "update": "Change fields of an extension; those not named stay as they are. Name and type cannot be changed.",
                "delete": "Delete extensions, and the queues that they are, without asking.",
                "extension_id": "The extension, by id or as @name.",
                "client_id": CLIENT,
            },
            read_ahead=0,
            largest_page=30,  # what every host is known to serve; one that serves fewer than asked would end the list early
        ),
        "extension-events": Crud(
            help="Extension events: your server is told of calls and messages of an extension.",
            context=RingMeContext,
            noun="extension event",
            at="extension_events",
            resource="ringme.extension_events:ExtensionEvents",
            columns=("id", "event_type", "method", "url"),
            defaults={"method": "POST"},
            texts={
                "list": "List the events of an extension.",
                "get": "Show one event of an extension.",
                "create": "Have an extension's calls or messages reported to your server.",
                "update": "Change fields of an event of an extension; those not named stay as they are.",
                "delete": "Delete events of an extension, without asking.",
                "extension_id": "The extension, by id or as @name.",
            },
            functions=every_extension.extension_events,
        ),
        "sounds": Crud(
            help="Sounds: what queues and menus play.",
            context=RingMeContext,
            noun="sound",
            at="sounds",
            resource="ringme.sounds:Sounds",
            columns=("id", "title", "filename"),
            texts={
                "client_id": CLIENT,
                "id": "Only this sound; may be repeated.",
                "title": "Only sounds of this title.",
            },
            functions=commands.sounds,
        ),
        "dids": Crud(
            help="Numbers: those of your own that are called and shown.",
            context=RingMeContext,
            noun="number",
            at="dids",
            resource="ringme.dids:Dids",
            columns=("id", "name", "extension_id", "comment"),
            texts={"client_id": CLIENT},
            functions=commands.dids,
        ),
        "shown-numbers": Crud(
            help="Shown numbers: what an extension shows to those that it calls.",
            context=RingMeContext,
            noun="shown number",
            at="shown_numbers",
            resource="ringme.dids:ShownNumbers",
            texts={
                "get": "Show the number that an extension shows.",
                "update": "Have an extension show a number.",
                "extension_id": "The extension, by id or as @name.",
                "ani_number": "One of the client's own numbers; see `dids list`.",
            },
        ),
        "callback": Functions("Callbacks: have two sides called and connected.", commands.callback),
        "webhook": Webhook(
            context=RingMeContext,
            sources={
                "extensions": "ringme.webhooks:EXTENSION_EVENTS",
                "agents": "ringme.webhooks:AGENT_EVENTS",
            },
        ),
        "calls": Calls(
            context=RingMeContext,
            resource="ringme.call_records:CallRecords",
            options={"client_id": "--client-id"},
            filter_texts={"client_id": CLIENT},
            acts={
                "callback": Act(
                    at="callback",
                    resource="ringme.callback:Callbacks",
                    method="create",
                    done="placed",
                    text="Ring one side, and call the other when it picks up.",
                    options={"src_num": "--from", "dst_num": "--to"},
                    texts={"extension_id": "The phone that calls, by id or as @name."},
                ),
            },
            functions=commands.calls,
        ),
        "call-records": CrudOverTime(
            help="Call records: calls of the past.",
            noun="call record",
            at="call_records",
            resource="ringme.call_records:CallRecords",
            columns=(
                "call_uuid",
                "flow",
                "init_time_gmt",
                "duration",
                "from_username",
                "to_username",
                "result",
            ),
            options={"since": "--from"},
            texts={
                "list": "List calls of a span of time.",
                "legs": "Whether calls come with their legs; without, the vendor responds faster.",
                **_SPAN,
            },
        ),
        "call-legs": CrudOverTime(
            help="Call legs: the parts of calls at one extension.",
            noun="call leg",
            at="call_legs",
            resource="ringme.call_legs:CallLegs",
            columns=(
                "call_uuid",
                "flow",
                "init_time_gmt",
                "duration",
                "source_number",
                "dest_number",
                "result",
            ),
            options={"since": "--from"},
            texts={
                "list": "List legs at an extension in a span of time.",
                "extension_id": "The extension, by id or as @name.",
                **_SPAN,
            },
        ),
        "recordings": CrudOverTime(
            help="Recordings of calls.",
            noun="recording",
            at="recordings",
            resource="ringme.recordings:Recordings",
            columns=("record_uuid", "call_uuid", "init_time_gmt", "duration", "record_file_size"),
            options={"since": "--from"},
            texts={"list": "List recordings of calls of a span of time.", **_SPAN},
            functions=commands.recordings,
        ),
        "current-calls": Functions("Current calls: what is under way right now.", commands.current_calls),
    },
    commands={"whoami": commands.whoami, "limits": commands.limits},
)
