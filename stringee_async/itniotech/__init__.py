"""ITNIO TECH: call centre, as published on itniotech.com; also for its white labels."""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from ..core.ensure import Ensured
    from ..core.event_handler import EventHandler
    from .agent_groups import AgentGroup, AgentGroups
    from .agent_models import (
        Agent,
        AgentChanges,
        AgentFilters,
        AgentSettings,
        CreatedAgent,
        Credential,
        Remaining,
    )
    from .agents import Agents
    from .arguments import CLEAR, Clear
    from .auth import ItniotechAuth
    from .balance import Balance
    from .call_record_models import CallRecord
    from .call_records import CallRecordFilters, CallRecords
    from .calls import Calls, CallSettings
    from .client import ItniotechClient, ItniotechOptions
    from .datetimes import ISO_TIME, PLAIN_TIME, TimeFormat
    from .group_calls import GroupCallOutcome, GroupCalls, GroupCallSettings
    from .group_settings import AgentGroupSettings, GroupSettingChanges
    from .otp import Otp, OtpCodeSettings, OtpSettings
    from .otp_apps import OtpApp, OtpAppChanges, OtpApps, OtpAppSettings, OtpLimit
    from .otp_flows import OtpFlow, OtpFlowChanges, OtpFlows, OtpStep
    from .otp_models import OtpCheck, OtpRecord, OtpVerification
    from .otp_templates import OtpTemplate, OtpTemplateChanges, OtpTemplates, OtpTemplateSettings
    from .phone_calls import PhoneCalls
    from .phones import Phone, Phones, PhoneSettings
    from .recordings import Recordings
    from .ring_sounds import RingSound
    from .sip_trunks import SipTrunk, SipTrunks, SipTrunkSettings, TrunkGroup
    from .sms import Sms, SmsSettings
    from .sms_models import AcceptedSms, ReceivedSms, SmsMessage, SmsOutcome, SmsReport
    from .sms_pushes import SmsDelivery, SmsReply, parse_sms_deliveries, parse_sms_replies
    from .task_models import Task, TaskFilters, TaskNumber, TaskNumberFilters, TaskSettings, UploadedNumbers
    from .tasks import Tasks
    from .team_leaders import TeamLeader, TeamLeaderFilters, TeamLeaders, TeamLeaderSettings
    from .voice_codes import VoiceCodes, VoiceCodeSettings
    from .voice_files import VoiceFile, VoiceFiles
    from .voice_record_models import GroupCallRecord, PhoneRecord, PhoneRecordFilters
    from .voice_records import GroupCallRecords, PhoneRecords, VoiceRecords
    from .webhooks import (
        CALL_RECORDS,
        SMS_DELIVERIES,
        SMS_REPLIES,
        CallRecordPush,
        call_record_handler,
        parse_call_record,
        sms_delivery_handler,
        sms_reply_handler,
    )

_HOMES = {
    "..core.ensure": "Ensured",
    "..core.event_handler": "EventHandler",
    ".agent_groups": "AgentGroup AgentGroups",
    ".agent_models": "Agent AgentChanges AgentFilters AgentSettings CreatedAgent Credential Remaining",
    ".agents": "Agents",
    ".arguments": "CLEAR Clear",
    ".auth": "ItniotechAuth",
    ".balance": "Balance",
    ".call_record_models": "CallRecord",
    ".call_records": "CallRecordFilters CallRecords",
    ".calls": "Calls CallSettings",
    ".client": "ItniotechClient ItniotechOptions",
    ".datetimes": "ISO_TIME PLAIN_TIME TimeFormat",
    ".group_calls": "GroupCallOutcome GroupCallSettings GroupCalls",
    ".group_settings": "AgentGroupSettings GroupSettingChanges",
    ".phone_calls": "PhoneCalls",
    ".phones": "Phone PhoneSettings Phones",
    ".otp": "Otp OtpCodeSettings OtpSettings",
    ".otp_apps": "OtpApp OtpAppChanges OtpApps OtpAppSettings OtpLimit",
    ".otp_flows": "OtpFlow OtpFlowChanges OtpFlows OtpStep",
    ".otp_models": "OtpCheck OtpRecord OtpVerification",
    ".otp_templates": "OtpTemplate OtpTemplateChanges OtpTemplates OtpTemplateSettings",
    ".recordings": "Recordings",
    ".ring_sounds": "RingSound",
    ".sip_trunks": "SipTrunk SipTrunks SipTrunkSettings TrunkGroup",
    ".sms": "Sms SmsSettings",
    ".sms_models": "AcceptedSms ReceivedSms SmsMessage SmsOutcome SmsReport",
    ".sms_pushes": "SmsDelivery SmsReply parse_sms_deliveries parse_sms_replies",
    ".task_models": "Task TaskFilters TaskNumber TaskNumberFilters TaskSettings UploadedNumbers",
    ".tasks": "Tasks",
    ".team_leaders": "TeamLeader TeamLeaderFilters TeamLeaders TeamLeaderSettings",
    ".voice_codes": "VoiceCodes VoiceCodeSettings",
    ".voice_files": "VoiceFile VoiceFiles",
    ".voice_record_models": "GroupCallRecord PhoneRecord PhoneRecordFilters",
    ".voice_records": "GroupCallRecords PhoneRecords VoiceRecords",
    ".webhooks": "CALL_RECORDS SMS_DELIVERIES SMS_REPLIES CallRecordPush call_record_handler parse_call_record "
    "sms_delivery_handler sms_reply_handler",
}

__all__ = [
    "CALL_RECORDS",
    "CLEAR",
    "ISO_TIME",
    "PLAIN_TIME",
    "SMS_DELIVERIES",
    "SMS_REPLIES",
    "AcceptedSms",
    "Agent",
    "AgentChanges",
    "AgentFilters",
    "AgentGroup",
    "AgentGroupSettings",
    "AgentGroups",
    "AgentSettings",
    "Agents",
    "Balance",
    "CallRecord",
    "CallRecordFilters",
    "CallRecordPush",
    "CallRecords",
    "CallSettings",
    "Calls",
    "Clear",
    "CreatedAgent",
    "Credential",
    "Ensured",
    "EventHandler",
    "GroupCallOutcome",
    "GroupCallRecord",
    "GroupCallRecords",
    "GroupCallSettings",
    "GroupCalls",
    "GroupSettingChanges",
    "ItniotechAuth",
    "ItniotechClient",
    "ItniotechOptions",
    "Otp",
    "OtpApp",
    "OtpAppChanges",
    "OtpAppSettings",
    "OtpApps",
    "OtpCheck",
    "OtpCodeSettings",
    "OtpFlow",
    "OtpFlowChanges",
    "OtpFlows",
    "OtpLimit",
    "OtpRecord",
    "OtpSettings",
    "OtpStep",
    "OtpTemplate",
    "OtpTemplateChanges",
    "OtpTemplateSettings",
    "OtpTemplates",
    "OtpVerification",
    "Phone",
    "PhoneCalls",
    "PhoneRecord",
    "PhoneRecordFilters",
    "PhoneRecords",
    "PhoneSettings",
    "Phones",
    "ReceivedSms",
    "Recordings",
    "Remaining",
    "RingSound",
    "SipTrunk",
    "SipTrunkSettings",
    "SipTrunks",
    "Sms",
    "SmsDelivery",
    "SmsMessage",
    "SmsOutcome",
    "SmsReply",
    "SmsReport",
    "SmsSettings",
    "Task",
    "TaskFilters",
    "TaskNumber",
    "TaskNumberFilters",
    "TaskSettings",
    "Tasks",
    "TeamLeader",
    "TeamLeaderFilters",
    "TeamLeaderSettings",
    "TeamLeaders",
    "TimeFormat",
    "TrunkGroup",
    "UploadedNumbers",
    "VoiceCodeSettings",
    "VoiceCodes",
    "VoiceFile",
    "VoiceFiles",
    "VoiceRecords",
    "call_record_handler",
    "parse_call_record",
    "parse_sms_deliveries",
    "parse_sms_replies",
    "sms_delivery_handler",
    "sms_reply_handler",
]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
