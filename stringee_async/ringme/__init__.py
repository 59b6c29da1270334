"""RingMe: the hosted exchange that operators sell under their own names; queues, agents, events, sounds, calls."""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from ..core.ensure import Ensured
    from ..core.event_handler import EventHandler
    from .account import ClientCard, ClientCards, ClientLimits, Limits, User
    from .agent_events import AGENT_LOGIN, AGENT_LOGOUT, AgentEvents
    from .agent_models import (
        AVAILABLE,
        LOGGED_OUT,
        AgentSettings,
        LocalAgent,
        LocalAgentChanges,
        RemoteAgent,
        RemoteAgentChanges,
        UnnamedSettings,
    )
    from .agents import Agents, LocalAgents, RemoteAgents
    from .auth import RingMeAuth
    from .call_legs import CallLegs
    from .call_models import IN, OUT, CallLeg, CallRecord
    from .call_records import CallRecords
    from .callback import Callback, Callbacks, CallbackSettings
    from .client import RingMeClient, RingMeOptions
    from .current_calls import (
        ATTENDED_TRANSFER,
        CONFERENCE,
        EAVESDROP,
        HOLD,
        OFFHOLD,
        PARK,
        PICKUP,
        TRANSFER,
        WHISPER,
        CurrentCall,
        CurrentCalls,
    )
    from .dids import Did, Dids, ShownNumber, ShownNumbers
    from .extension_agents import ExtensionAgents
    from .extension_events import (
        ANSWER,
        DIAL_IN,
        DIAL_OUT,
        HANGUP,
        MESSAGE_IN,
        MESSAGE_OUT,
        VOICEMAIL,
        ExtensionEvents,
    )
    from .extension_models import ACTIVE, BLOCKED, FAX, IVR, PHONE, QUEUE, Extension, ExtensionSettings
    from .extensions import Extensions
    from .ids import ME
    from .queue_agents import QueueAgent, QueueAgents, QueueAgentSettings
    from .queues import (
        AGENT_WITH_FEWEST_CALLS,
        AGENT_WITH_LEAST_TALK_TIME,
        LONGEST_IDLE_AGENT,
        RANDOM,
        RING_ALL,
        ROUND_ROBIN,
        SEQUENTIALLY_BY_AGENT_ORDER,
        TOP_DOWN,
        Queue,
        QueueMember,
        Queues,
        QueueSettings,
        QueueStatus,
    )
    from .quota import Quota
    from .recordings import Recording, Recordings
    from .sounds import Sound, Sounds
    from .subscribing import SubscriptionChanges
    from .subscriptions import GET, POST, Subscription, SubscriptionFields
    from .webhooks import (
        AGENT_EVENTS,
        EXTENSION_EVENTS,
        AgentEvent,
        ExtensionEvent,
        agent_event_handler,
        extension_event_handler,
        parse_agent_event,
        parse_extension_event,
    )

_HOMES = {
    "..core.ensure": "Ensured",
    "..core.event_handler": "EventHandler",
    ".account": "ClientCard ClientCards ClientLimits Limits User",
    ".agent_events": "AGENT_LOGIN AGENT_LOGOUT AgentEvents",
    ".agent_models": (
        "AVAILABLE LOGGED_OUT AgentSettings LocalAgent LocalAgentChanges RemoteAgent "
        "RemoteAgentChanges UnnamedSettings"
    ),
    ".agents": "Agents LocalAgents RemoteAgents",
    ".auth": "RingMeAuth",
    ".call_legs": "CallLegs",
    ".call_models": "IN OUT CallLeg CallRecord",
    ".call_records": "CallRecords",
    ".callback": "Callback CallbackSettings Callbacks",
    ".client": "RingMeClient RingMeOptions",
    ".current_calls": (
        "ATTENDED_TRANSFER CONFERENCE EAVESDROP HOLD OFFHOLD PARK PICKUP TRANSFER WHISPER CurrentCall "
        "CurrentCalls"
    ),
    ".dids": "Did Dids ShownNumber ShownNumbers",
    ".extension_agents": "ExtensionAgents",
    ".extension_events": ("ANSWER DIAL_IN DIAL_OUT HANGUP MESSAGE_IN MESSAGE_OUT VOICEMAIL ExtensionEvents"),
    ".extension_models": "ACTIVE BLOCKED FAX IVR PHONE QUEUE Extension ExtensionSettings",
    ".extensions": "Extensions",
    ".ids": "ME",
    ".queue_agents": "QueueAgent QueueAgents QueueAgentSettings",
    ".queues": (
        "AGENT_WITH_FEWEST_CALLS AGENT_WITH_LEAST_TALK_TIME LONGEST_IDLE_AGENT RANDOM RING_ALL "
        "ROUND_ROBIN SEQUENTIALLY_BY_AGENT_ORDER TOP_DOWN Queue QueueMember Queues QueueSettings "
        "QueueStatus"
    ),
    ".quota": "Quota",
    ".recordings": "Recording Recordings",
    ".sounds": "Sound Sounds",
    ".subscribing": "SubscriptionChanges",
    ".subscriptions": "GET POST Subscription SubscriptionFields",
    ".webhooks": (
        "AGENT_EVENTS EXTENSION_EVENTS AgentEvent ExtensionEvent agent_event_handler "
        "extension_event_handler parse_agent_event parse_extension_event"
    ),
}

__all__ = [
    "ACTIVE",
    "AGENT_EVENTS",
    "AGENT_LOGIN",
    "AGENT_LOGOUT",
    "AGENT_WITH_FEWEST_CALLS",
    "AGENT_WITH_LEAST_TALK_TIME",
    "ANSWER",
    "ATTENDED_TRANSFER",
    "AVAILABLE",
    "BLOCKED",
    "CONFERENCE",
    "DIAL_IN",
    "DIAL_OUT",
    "EAVESDROP",
    "EXTENSION_EVENTS",
    "FAX",
    "GET",
    "HANGUP",
    "HOLD",
    "IN",
    "IVR",
    "LOGGED_OUT",
    "LONGEST_IDLE_AGENT",
    "ME",
    "MESSAGE_IN",
    "MESSAGE_OUT",
    "OFFHOLD",
    "OUT",
    "PARK",
    "PHONE",
    "PICKUP",
    "POST",
    "QUEUE",
    "RANDOM",
    "RING_ALL",
    "ROUND_ROBIN",
    "SEQUENTIALLY_BY_AGENT_ORDER",
    "TOP_DOWN",
    "TRANSFER",
    "VOICEMAIL",
    "WHISPER",
    "AgentEvent",
    "AgentEvents",
    "AgentSettings",
    "Agents",
    "CallLeg",
    "CallLegs",
    "CallRecord",
    "CallRecords",
    "Callback",
    "CallbackSettings",
    "Callbacks",
    "ClientCard",
    "ClientCards",
    "ClientLimits",
    "CurrentCall",
    "CurrentCalls",
    "Did",
    "Dids",
    "Ensured",
    "EventHandler",
    "Extension",
    "ExtensionAgents",
    "ExtensionEvent",
    "ExtensionEvents",
    "ExtensionSettings",
    "Extensions",
    "Limits",
    "LocalAgent",
    "LocalAgentChanges",
    "LocalAgents",
    "Queue",
    "QueueAgent",
    "QueueAgentSettings",
    "QueueAgents",
    "QueueMember",
    "QueueSettings",
    "QueueStatus",
    "Queues",
    "Quota",
    "Recording",
    "Recordings",
    "RemoteAgent",
    "RemoteAgentChanges",
    "RemoteAgents",
    "RingMeAuth",
    "RingMeClient",
    "RingMeOptions",
    "ShownNumber",
    "ShownNumbers",
    "Sound",
    "Sounds",
    "Subscription",
    "SubscriptionChanges",
    "SubscriptionFields",
    "UnnamedSettings",
    "User",
    "agent_event_handler",
    "extension_event_handler",
    "parse_agent_event",
    "parse_extension_event",
]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
