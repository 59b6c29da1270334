"""ITNIO TECH: call centre, as published on itniotech.com; also for its white labels."""

from ..core.ensure import Ensured
from ..core.event_handler import EventHandler
from .agent_groups import AgentGroup, AgentGroups
from .agent_models import Agent, CreatedAgent, Credential, Remaining
from .agents import Agents
from .auth import ItniotechAuth
from .balance import Balance
from .call_records import CallRecord, CallRecords
from .calls import Calls
from .clear import CLEAR, Clear
from .client import ItniotechClient, ItniotechOptions
from .datetimes import ISO_TIME, PLAIN_TIME, TimeFormat
from .group_settings import AgentGroupSettings
from .ring_sounds import RingSound
from .sip_trunks import SipTrunk, SipTrunks, TrunkGroup
from .task_models import Task, TaskNumber, UploadedNumbers
from .tasks import Tasks
from .team_leaders import TeamLeader, TeamLeaders
from .webhooks import CallRecordPush, call_record_handler, parse_call_record

__all__ = [
    "CLEAR",
    "ISO_TIME",
    "PLAIN_TIME",
    "Agent",
    "AgentGroup",
    "AgentGroupSettings",
    "AgentGroups",
    "Agents",
    "Balance",
    "CallRecord",
    "CallRecordPush",
    "CallRecords",
    "Calls",
    "Clear",
    "CreatedAgent",
    "Credential",
    "Ensured",
    "EventHandler",
    "ItniotechAuth",
    "ItniotechClient",
    "ItniotechOptions",
    "Remaining",
    "RingSound",
    "SipTrunk",
    "SipTrunks",
    "Task",
    "TaskNumber",
    "Tasks",
    "TeamLeader",
    "TeamLeaders",
    "TimeFormat",
    "TrunkGroup",
    "UploadedNumbers",
    "call_record_handler",
    "parse_call_record",
]
