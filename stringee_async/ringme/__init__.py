"""RingMe: the hosted exchange that operators sell under their own names; queues, agents, events, sounds, calls."""

from ..core.ensure import Ensured
from .account import ClientCard, Limits, User
from .agent_events import AGENT_LOGIN, AGENT_LOGOUT
from .agent_settings import AVAILABLE, LOGGED_OUT
from .auth import RingMeAuth
from .client import RingMeClient
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
)
from .extension_events import ANSWER, DIAL_IN, DIAL_OUT, HANGUP, MESSAGE_IN, MESSAGE_OUT, VOICEMAIL
from .extensions import ACTIVE, BLOCKED, FAX, IVR, PHONE, QUEUE, Extension
from .ids import ME
from .local_agents import LocalAgent
from .queue_agents import QueueAgent
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
    QueueStatus,
)
from .quota import Quota
from .remote_agents import RemoteAgent
from .sounds import Sound
from .subscriptions import GET, POST, Subscription
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
    "ClientCard",
    "CurrentCall",
    "Ensured",
    "Extension",
    "ExtensionEvent",
    "Limits",
    "LocalAgent",
    "Queue",
    "QueueAgent",
    "QueueMember",
    "QueueStatus",
    "Quota",
    "RemoteAgent",
    "RingMeAuth",
    "RingMeClient",
    "Sound",
    "Subscription",
    "User",
    "agent_event_handler",
    "extension_event_handler",
    "parse_agent_event",
    "parse_extension_event",
]
