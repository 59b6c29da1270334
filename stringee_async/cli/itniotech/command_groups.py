"""What ITNIO TECH's commands are about."""

from __future__ import annotations

from typing import Final

from ..acts import Act
from ..calls import Calls
from ..command_groups import CommandGroups, Functions
from ..webhook import Webhook
from . import agent_groups, commands, otp, sms, trunks, voice
from .context import ItniotechContext
from .crud import ItniotechCrud

_FILTERS: Final = {
    "voice_group_id": "--group",
    "agent_ids": "--agent",
    "agent_names": "--agent-name",
    "called_or_caller": "--number",
    "call_types": "--call-type",
    "hangup_reasons": "--hangup-reason",
    "ccodes": "--ccode",
    "hanging_directions": "--hanging-direction",
    "label_names": "--label",
}
_ENABLED: Final = "--enabled/--disabled"
_FROM: Final = "From when on, GMT+8."
_UNTIL: Final = "Until when, GMT+8."
_VOICE_CALL: Final = ("voice_id", "submit_time", "callee", "call_duration", "termination_code")
_VOICE_SPAN: Final = {"since": _FROM, "until": "Until when, GMT+8, not included; now if left out."}

COMMAND_GROUPS: Final = CommandGroups(
    context=ItniotechContext,
    groups={
        "agent-groups": agent_groups.AgentGroupCrud(
            help="Agent groups: who takes calls together, and how.",
            noun="agent group",
            at="agent_groups",
            resource="itniotech.agent_groups:AgentGroups",
            columns=("voice_group_id", "group_name", "app_name", "callin_strategy", "count_seat"),
            options={"group_name": "--name", "label_names": "--label", **agent_groups.SWITCHES},
            texts={
                "create": "Create an agent group, and look up its id, which the vendor does not return.",
                "delete": "Delete agent groups by id, without asking; none may have agents, leaders or trunks left.",
                "set": "Change settings of an agent group; those not named are read first and sent back as they are.\n\n"
                "The vendor does not promise to keep what is not sent, and wants both switches each time.",
                "voice_group_id": "The agent group's id; see `agent-groups list`.",
                "label_names": "A tag; repeat it for all, the former are replaced.",
            },
            id_name="voice_group_id",
            functions=agent_groups.app,
        ),
        "agents": ItniotechCrud(
            help="Agents: the people who take calls.",
            noun="agent",
            at="agents",
            resource="itniotech.agents:Agents",
            columns=(
                "key_id",
                "name",
                "account",
                "emp_no",
                "enabled",
                "status",
                "priority",
                "voice_group_id",
                "group_name",
            ),
            options={
                "key_ids": "KEY_ID",
                "voice_group_id": "--group",
                "enabled": _ENABLED,
                "start_time": "--from",
                "end_time": "--until",
            },
            texts={
                "list": "List agents; --from and --until are for statistics, and newer servers require them.",
                "update": "Change an agent; the vendor wants group, name and job number each time.",
                "start_time": _FROM,
                "end_time": _UNTIL,
            },
            passwords=True,
            functions=commands.agents,
        ),
        "team-leaders": ItniotechCrud(
            help="Team leaders: people who watch over agent groups.",
            noun="team leader",
            at="team_leaders",
            resource="itniotech.team_leaders:TeamLeaders",
            columns=("key_id", "name", "pet_name", "account", "emp_no", "enabled", "voice_group_names"),
            options={"key_ids": "KEY_ID", "voice_group_ids": "--group", "enabled": _ENABLED},
            texts={
                "create": "Create a team leader.",
                "update": "Change a team leader; the vendor wants groups, name and job number each time.",
                "voice_group_ids": "An agent group that the leader watches over, by id; may be repeated.",
            },
            passwords=True,
        ),
        "webhook": Webhook(
            context=ItniotechContext,
            sources={
                "call-records": "itniotech.webhooks:CALL_RECORDS",
                "sms-deliveries": "itniotech.webhooks:SMS_DELIVERIES",
                "sms-replies": "itniotech.webhooks:SMS_REPLIES",
            },
        ),
        "calls": Calls(
            context=ItniotechContext,
            resource="itniotech.call_records:CallRecords",
            zone=8,
            options=_FILTERS,
            without=("time_format", "start_time", "end_time"),
            acts={
                "make": Act(
                    at="calls",
                    resource="itniotech.calls:Calls",
                    method="make",
                    done="placed",
                    text="Call a number for an agent, whose phone takes part.",
                    options={"callee": "--to", "display_num": "--display-num"},
                ),
            },
        ),
        "call-records": ItniotechCrud(
            help="Call records: calls that have ended.",
            noun="call record",
            at="call_records",
            resource="itniotech.call_records:CallRecords",
            columns=(
                "key_id",
                "call_start_time",
                "call_type",
                "caller",
                "called",
                "agent_name",
                "call_duration",
                "hangup_reason",
            ),
            options={"since": "--from", **_FILTERS},
            texts={
                "list": "List the records of calls in a span of time.",
                "since": _FROM,
                "until": "Until when, GMT+8, not included; now if left out.",
            },
            without=("time_format", "start_time", "end_time"),
        ),
        "sms": Functions("Text messages.", sms.sms),
        "otp": Functions("One-time passwords, sent and checked.", otp.otp),
        "otp-apps": ItniotechCrud(
            help="Applications of one-time passwords: how long codes count, and how many are sent.",
            noun="application",
            at="otp_apps",
            resource="itniotech.otp_apps:OtpApps",
            functions=otp.apps,
        ),
        "otp-templates": ItniotechCrud(
            help="Templates of one-time passwords: the text around a code, and what the code is like.",
            noun="template",
            at="otp_templates",
            resource="itniotech.otp_templates:OtpTemplates",
            columns=(
                "template_id",
                "name",
                "app_id",
                "text",
                "code_type",
                "code_length",
                "language",
                "sender",
            ),
            texts={
                "update": "Change a template; give all that you set, as the vendor does not promise to keep what is "
                "left out.",
            },
            id_name="template_id",
        ),
        "otp-flows": ItniotechCrud(
            help="Flows of one-time passwords: how a code is sent next where it fails.",
            noun="flow",
            at="otp_flows",
            resource="itniotech.otp_flows:OtpFlows",
            columns=("flow_id", "name", "steps"),
            id_name="flow_id",
            functions=otp.flows,
        ),
        "sip-trunks": trunks.SipTrunkCrud(
            help="SIP trunks: lines to other exchanges.",
            noun="SIP trunk",
            at="sip_trunks",
            resource="itniotech.sip_trunks:SipTrunks",
            columns=(
                "key_id",
                "type",
                "sip_trunk_name",
                "state",
                "sip_trunk_state",
                "sip_gateway_ip",
                "sip_white_ip",
            ),
            options={"sip_trunk_name": "--name", "groups": "--group", "sip_trunk_state": "--on/--off"},
            texts={
                "create": "Create a SIP trunk.",
                "update": "Change a SIP trunk; the vendor wants the same fields as for a new one.",
                "groups": "An agent group by id, with `=` and its number for calls in; repeat it for all.",
            },
            passwords=True,
            masked="sip_password",
            asks=("create", "update"),
        ),
        "tasks": ItniotechCrud(
            help="Group-call tasks: lists of numbers that are called one after the other.",
            noun="task",
            at="tasks",
            resource="itniotech.tasks:Tasks",
            columns=(
                "task_id",
                "task_status",
                "task_type",
                "seat_group_name",
                "total_count",
                "remain_count",
                "remark",
            ),
            options={
                "start_time": "--from",
                "end_time": "--until",
                "task_id": "--task",
                "task_statuses": "--status",
                "task_type": "--type",
                "finish_flag": "--finished/--unfinished",
                "voice_group_ids": "--group",
            },
            texts={
                "start_time": _FROM,
                "end_time": _UNTIL,
                "finish_flag": "Only finished or unfinished ones.",
            },
            functions=trunks.tasks,
        ),
        "phones": ItniotechCrud(
            help="SIP phones of the voice product.",
            noun="phone",
            at="phones",
            resource="itniotech.phones:Phones",
            columns=("account", "phone_name", "group_name"),
            passwords=True,
            functions=voice.phones,
        ),
        "phone-calls": Functions("Calls of phones.", voice.phone_calls),
        "phone-records": ItniotechCrud(
            help="Calls of phones that have ended.",
            noun="call of a phone",
            at="voice_records.phones",
            resource="itniotech.voice_records:PhoneRecords",
            columns=(*_VOICE_CALL, "phone_name", "recording_file_id"),
            options={"since": "--from", "group_name": "--group", "phone_name": "--phone"},
            texts={"list": "List phones' calls of a span of time.", **_VOICE_SPAN},
        ),
        "voice-files": ItniotechCrud(
            help="Sound files that group calls play.",
            noun="sound file",
            at="voice_files",
            resource="itniotech.voice_files:VoiceFiles",
            columns=("file_id", "file_name"),
            functions=voice.files,
        ),
        "group-calls": Functions("Sound files that are played to many numbers.", voice.group_calls),
        "group-call-records": ItniotechCrud(
            help="Group calls, and codes that were read out, that have ended.",
            noun="group call",
            at="voice_records.groups",
            resource="itniotech.voice_records:GroupCallRecords",
            columns=(*_VOICE_CALL, "feedback_value", "called_info"),
            options={"since": "--from"},
            texts={"list": "List group calls of a span of time.", **_VOICE_SPAN},
        ),
        "voice-codes": Functions("Codes that are read out in a call.", voice.codes),
    },
    commands={"balance": commands.balance},
)
