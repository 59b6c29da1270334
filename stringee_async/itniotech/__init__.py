"""ITNIO TECH: call centre, as published on itniotech.com; also for its white labels."""

from ..core.ensure import Ensured
from .agent_groups import AgentGroup
from .agent_rows import Agent, CreatedAgent, Credential, Remaining
from .auth import ItniotechAuth
from .balance import Balance
from .call_records import CallRecord
from .clear import CLEAR, Clear
from .client import ItniotechClient
from .group_settings import AgentGroupSettings
from .moments import ISO_TIME, PLAIN_TIME, TimeFormat
from .ring_sounds import RingSound
from .sip_trunks import SipTrunk, TrunkGroup
from .task_rows import Task, TaskNumber, UploadedNumbers
from .team_leaders import TeamLeader
from .webhooks import CallRecordPush, call_record_handler, parse_call_record

__all__ = [
    "CLEAR",
    "ISO_TIME",
    "PLAIN_TIME",
    "Agent",
    "AgentGroup",
    "AgentGroupSettings",
    "Balance",
    "CallRecord",
    "CallRecordPush",
    "Clear",
    "CreatedAgent",
    "Credential",
    "Ensured",
    "ItniotechAuth",
    "ItniotechClient",
    "Remaining",
    "RingSound",
    "SipTrunk",
    "Task",
    "TaskNumber",
    "TeamLeader",
    "TimeFormat",
    "TrunkGroup",
    "UploadedNumbers",
    "call_record_handler",
    "parse_call_record",
]
