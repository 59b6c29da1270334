"""Stringee: contact centre (ICC), as published on developer.stringee.com."""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from ..core.ensure import Ensured
    from ..core.event_handler import EventHandler
    from .agent_choice import AgentChoice, ChosenAgent, WaitingCall
    from .agents import AVAILABLE, NOT_AVAILABLE, Agent, AgentChanges, Agents, AgentSettings
    from .auth import StringeeAuth, StringeexAuth
    from .blacklist_numbers import BlacklistNumber, BlacklistNumbers, BlacklistSettings
    from .call_events import (
        AGENT_ENDED,
        ANSWERED,
        CONNECT_FAILED,
        CREATED,
        ENDED,
        RINGING,
        STARTED,
        CallEvent,
        Event,
        KeysPressed,
        Party,
        RecordingReady,
        parse_event,
    )
    from .call_records import CallRecord, CallRecordFilters, CallRecords
    from .call_settings import ProjectCallSetting, ProjectCallSettingChanges, ProjectCallSettings
    from .calls import Calls, CallSettings
    from .centre_calls import CentreCalls, PlacedCall
    from .client import StringeeClient, StringeeOptions
    from .greeting_files import GreetingFile, GreetingFiles, UploadedFile
    from .group_agents import GroupAgent, GroupAgents
    from .group_routings import GroupRouting, GroupRoutings
    from .groups import Group, GroupChanges, Groups
    from .ivr_keypresses import (
        EMPTY_KEY,
        INVALID_KEY,
        IvrKeypress,
        IvrKeypressChanges,
        IvrKeypresses,
        IvrKeypressSettings,
    )
    from .ivr_nodes import IvrNode, IvrNodeChanges, IvrNodes, IvrNodeSettings
    from .ivr_trees import IvrTree, IvrTreeChanges, IvrTrees
    from .numbers import Number, Numbers, NumberSettings
    from .queues import Queue, QueueChanges, Queues, QueueSettings
    from .recordings import Recordings
    from .responses import Created
    from .rooms import CreatedRoom, Room, Rooms
    from .scco import Action, Endpoint
    from .scco_settings import (
        ConnectSettings,
        KeySettings,
        MessageSettings,
        RecordSettings,
        SoundSettings,
        TalkSettings,
    )
    from .script_requests import CustomerRequest, ScriptRequest, customer_info_handler, script_handler
    from .signatures import SIGNATURE_HEADER, verify
    from .sip_accounts import SipAccount, SipAccounts, SipAccountSettings
    from .sip_phones import SipPhone, SipPhones, SipPhoneSettings
    from .sms import Sms, SmsMessage, SmsOutcome, SmsTemplate
    from .users import User, Users
    from .webhooks import EVENTS, agent_choice_handler, call_event_handler

_HOMES = {
    "..core.ensure": "Ensured",
    "..core.event_handler": "EventHandler",
    ".agent_choice": "AgentChoice ChosenAgent WaitingCall",
    ".agents": "AVAILABLE NOT_AVAILABLE Agent AgentChanges Agents AgentSettings",
    ".auth": "StringeeAuth StringeexAuth",
    ".call_events": (
        "AGENT_ENDED ANSWERED CONNECT_FAILED CREATED ENDED RINGING STARTED CallEvent Event KeysPressed Party "
        "RecordingReady parse_event"
    ),
    ".blacklist_numbers": "BlacklistNumber BlacklistNumbers BlacklistSettings",
    ".call_records": "CallRecord CallRecordFilters CallRecords",
    ".calls": "CallSettings Calls",
    ".call_settings": "ProjectCallSetting ProjectCallSettingChanges ProjectCallSettings",
    ".centre_calls": "CentreCalls PlacedCall",
    ".client": "StringeeClient StringeeOptions",
    ".greeting_files": "GreetingFile GreetingFiles UploadedFile",
    ".group_agents": "GroupAgent GroupAgents",
    ".group_routings": "GroupRouting GroupRoutings",
    ".groups": "Group GroupChanges Groups",
    ".ivr_keypresses": "EMPTY_KEY INVALID_KEY IvrKeypress IvrKeypressChanges IvrKeypressSettings IvrKeypresses",
    ".ivr_nodes": "IvrNode IvrNodeChanges IvrNodeSettings IvrNodes",
    ".ivr_trees": "IvrTree IvrTreeChanges IvrTrees",
    ".numbers": "Number NumberSettings Numbers",
    ".queues": "Queue QueueChanges Queues QueueSettings",
    ".recordings": "Recordings",
    ".responses": "Created",
    ".rooms": "CreatedRoom Room Rooms",
    ".scco": "Action Endpoint",
    ".scco_settings": "ConnectSettings KeySettings MessageSettings RecordSettings SoundSettings TalkSettings",
    ".sip_accounts": "SipAccount SipAccountSettings SipAccounts",
    ".sip_phones": "SipPhone SipPhoneSettings SipPhones",
    ".sms": "Sms SmsMessage SmsOutcome SmsTemplate",
    ".users": "User Users",
    ".script_requests": "CustomerRequest ScriptRequest customer_info_handler script_handler",
    ".signatures": "SIGNATURE_HEADER verify",
    ".webhooks": "EVENTS agent_choice_handler call_event_handler",
}

__all__ = [
    "AGENT_ENDED",
    "ANSWERED",
    "AVAILABLE",
    "CONNECT_FAILED",
    "CREATED",
    "EMPTY_KEY",
    "ENDED",
    "EVENTS",
    "INVALID_KEY",
    "NOT_AVAILABLE",
    "RINGING",
    "SIGNATURE_HEADER",
    "STARTED",
    "Action",
    "Agent",
    "AgentChanges",
    "AgentChoice",
    "AgentSettings",
    "Agents",
    "BlacklistNumber",
    "BlacklistNumbers",
    "BlacklistSettings",
    "CallEvent",
    "CallRecord",
    "CallRecordFilters",
    "CallRecords",
    "CallSettings",
    "Calls",
    "CentreCalls",
    "ChosenAgent",
    "ConnectSettings",
    "Created",
    "CreatedRoom",
    "CustomerRequest",
    "Endpoint",
    "Ensured",
    "Event",
    "EventHandler",
    "GreetingFile",
    "GreetingFiles",
    "Group",
    "GroupAgent",
    "GroupAgents",
    "GroupChanges",
    "GroupRouting",
    "GroupRoutings",
    "Groups",
    "IvrKeypress",
    "IvrKeypressChanges",
    "IvrKeypressSettings",
    "IvrKeypresses",
    "IvrNode",
    "IvrNodeChanges",
    "IvrNodeSettings",
    "IvrNodes",
    "IvrTree",
    "IvrTreeChanges",
    "IvrTrees",
    "KeySettings",
    "KeysPressed",
    "MessageSettings",
    "Number",
    "NumberSettings",
    "Numbers",
    "Party",
    "PlacedCall",
    "ProjectCallSetting",
    "ProjectCallSettingChanges",
    "ProjectCallSettings",
    "Queue",
    "QueueChanges",
    "QueueSettings",
    "Queues",
    "RecordSettings",
    "RecordingReady",
    "Recordings",
    "Room",
    "Rooms",
    "ScriptRequest",
    "SipAccount",
    "SipAccountSettings",
    "SipAccounts",
    "SipPhone",
    "SipPhoneSettings",
    "SipPhones",
    "Sms",
    "SmsMessage",
    "SmsOutcome",
    "SmsTemplate",
    "SoundSettings",
    "StringeeAuth",
    "StringeeClient",
    "StringeeOptions",
    "StringeexAuth",
    "TalkSettings",
    "UploadedFile",
    "User",
    "Users",
    "WaitingCall",
    "agent_choice_handler",
    "call_event_handler",
    "customer_info_handler",
    "parse_event",
    "script_handler",
    "verify",
]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
