"""RingMe: the hosted exchange that operators sell under their own names; queues, agents, events, sounds, calls."""

from ..core.ensure import Ensured
from ..core.event_handler import EventHandler
from .account import ClientCard, ClientCards, ClientLimits, Limits, User
from .agent_events import AGENT_LOGIN, AGENT_LOGOUT, AgentEvents
from .agent_settings import AVAILABLE, LOGGED_OUT, AgentSettings, UnnamedSettings
from .agents import Agents
from .auth import RingMeAuth
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
from .extensions import ACTIVE, BLOCKED, FAX, IVR, PHONE, QUEUE, Extension, Extensions, ExtensionSettings
from .ids import ME
from .local_agents import LocalAgent, LocalAgentChanges, LocalAgents
from .queue_agents import QueueAgent, QueueAgents, QueueAgentSettings
from .queue_models import (
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
    QueueSettings,
    QueueStatus,
)
from .queues import Queues
from .quota import Quota
from .remote_agents import RemoteAgent, RemoteAgentChanges, RemoteAgents
from .sounds import Sound, Sounds
from .subscriptions import GET, POST, Subscription, SubscriptionFields
from .webhooks import (
    AgentEvent,
    ExtensionEvent,
    agent_event_handler,
    extension_event_handler,
    parse_agent_event,
    parse_extension_event,
)

__all__ = [
    "ACTIVE",
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
    "FAX",
    "GET",
    "HANGUP",
    "HOLD",
    "IVR",
    "LOGGED_OUT",
    "LONGEST_IDLE_AGENT",
    "ME",
    "MESSAGE_IN",
    "MESSAGE_OUT",
    "OFFHOLD",
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
    "ClientCard",
    "ClientCards",
    "ClientLimits",
    "CurrentCall",
    "CurrentCalls",
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
    "RemoteAgent",
    "RemoteAgentChanges",
    "RemoteAgents",
    "RingMeAuth",
    "RingMeClient",
    "RingMeOptions",
    "Sound",
    "Sounds",
    "Subscription",
    "SubscriptionFields",
    "UnnamedSettings",
    "User",
    "agent_event_handler",
    "extension_event_handler",
    "parse_agent_event",
    "parse_extension_event",
]
