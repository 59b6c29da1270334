"""`stringee-async queues` for RingMe: how callers wait. A queue is made and deleted as an extension."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..options import Clear, First, changes
from .context import RingMeContext
from .kind import QueueId

app = typer.Typer()

MEMBER_COLUMNS = ("call_api_id", "number", "state", "serving_agent", "wait_time", "joined_datetime")
CLEARABLE = (
    "sound",
    "start_sound",
    "announce_sound",
    "announce_frequency",
    "timeout_transfer_dst",
    "no_agent_timeout_transfer_dst",
    "exit_key",
    "exit_transfer_dst",
    "agent_hangup_action",
    "agent_hangup_transfer_dst",
    "append_to_cid_name_on_transfer",
)

Strategy = Annotated[
    str | None,
    typer.Option("--strategy", help="Whom to ring: ring-all, round-robin, ...", show_default=False),
]
SoundType = Annotated[
    str | None,
    typer.Option("--sound-type", help="What those who wait hear: music or ring.", show_default=False),
]
Sound = Annotated[
    int | None, typer.Option("--sound", min=0, help="The music, a sound's id.", show_default=False)
]
StartSound = Annotated[
    int | None,
    typer.Option("--start-sound", min=0, help="Played on entry, a sound's id.", show_default=False),
]
AnnounceSound = Annotated[
    int | None,
    typer.Option("--announce-sound", min=0, help="Played again and again, a sound's id.", show_default=False),
]
AnnounceFrequency = Annotated[
    int | None,
    typer.Option(
        "--announce-frequency", min=0, help="Seconds between two announcements.", show_default=False
    ),
]
AgentSound = Annotated[
    int | None,
    typer.Option(
        "--agent-announce-sound", min=0, help="Played to the agent; 0 for none.", show_default=False
    ),
]
ReportWait = Annotated[
    bool | None,
    typer.Option(
        "--agent-report-wait-time/--no-agent-report-wait-time",
        help="Tell the agent how long the caller waited.",
        show_default=False,
    ),
]
MaxWait = Annotated[
    int | None, typer.Option("--max-wait-time", min=0, help="Longest wait in seconds.", show_default=False)
]
TimeoutDst = Annotated[
    str | None,
    typer.Option("--timeout-transfer-dst", help="Where the caller goes then.", show_default=False),
]
MaxWaitNoAgent = Annotated[
    int | None,
    typer.Option(
        "--max-wait-time-with-no-agent",
        min=0,
        help="Longest wait in seconds while no agent is logged in.",
        show_default=False,
    ),
]
NoAgentDst = Annotated[
    str | None,
    typer.Option("--no-agent-timeout-transfer-dst", help="Where the caller goes then.", show_default=False),
]
ExitNoAgents = Annotated[
    bool | None,
    typer.Option(
        "--exit-with-no-av-agents/--no-exit-with-no-av-agents",
        help="Take no callers in while there is no agent.",
        show_default=False,
    ),
]
ExitKey = Annotated[
    str | None, typer.Option("--exit-key", help="A key to leave: a digit, * or #.", show_default=False)
]
ExitDst = Annotated[
    str | None, typer.Option("--exit-transfer-dst", help="Where the caller goes then.", show_default=False)
]
Record = Annotated[
    bool | None,
    typer.Option("--record-enabled/--no-record-enabled", help="Record calls.", show_default=False),
]
TierRules = Annotated[
    bool | None,
    typer.Option(
        "--tier-rules-apply/--no-tier-rules-apply",
        help="Ring the levels of agents one after the other by time.",
        show_default=False,
    ),
]
TierWait = Annotated[
    int | None,
    typer.Option("--tier-rule-wait-second", min=0, help="Seconds until the next level.", show_default=False),
]
TierMultiply = Annotated[
    bool | None,
    typer.Option(
        "--tier-rule-wait-multiply-level/--no-tier-rule-wait-multiply-level",
        help="Multiply that time by the level.",
        show_default=False,
    ),
]
HangupAction = Annotated[
    str | None,
    typer.Option(
        "--agent-hangup-action",
        help="When the agent hangs up first: transfer or quality_rate.",
        show_default=False,
    ),
]
HangupDst = Annotated[
    str | None,
    typer.Option("--agent-hangup-transfer-dst", help="Where the caller goes then.", show_default=False),
]
AppendName = Annotated[
    str | None,
    typer.Option(
        "--append-to-cid-name-on-transfer", help="Text added to the caller's name.", show_default=False
    ),
]


@command(app, "get")
async def get_queue(context: RingMeContext, extension_id: QueueId) -> None:
    """Show the settings of a queue."""
    context.record(await context.client.queues.get(extension_id))


@command(app, "update")
async def update_queue(
    context: RingMeContext,
    extension_id: QueueId,
    strategy: Strategy = None,
    sound_type: SoundType = None,
    sound: Sound = None,
    start_sound: StartSound = None,
    announce_sound: AnnounceSound = None,
    announce_frequency: AnnounceFrequency = None,
    agent_announce_sound: AgentSound = None,
    agent_report_wait_time: ReportWait = None,
    max_wait_time: MaxWait = None,
    timeout_transfer_dst: TimeoutDst = None,
    max_wait_time_with_no_agent: MaxWaitNoAgent = None,
    no_agent_timeout_transfer_dst: NoAgentDst = None,
    exit_with_no_av_agents: ExitNoAgents = None,
    exit_key: ExitKey = None,
    exit_transfer_dst: ExitDst = None,
    record_enabled: Record = None,
    tier_rules_apply: TierRules = None,
    tier_rule_wait_second: TierWait = None,
    tier_rule_wait_multiply_level: TierMultiply = None,
    agent_hangup_action: HangupAction = None,
    agent_hangup_transfer_dst: HangupDst = None,
    append_to_cid_name_on_transfer: AppendName = None,
    clear: Clear = None,
) -> None:
    """Change settings of a queue and show it as it is then; those not named stay as they are."""
    fields = changes(
        clear,
        CLEARABLE,
        strategy=strategy,
        sound_type=sound_type,
        sound=sound,
        start_sound=start_sound,
        announce_sound=announce_sound,
        announce_frequency=announce_frequency,
        agent_announce_sound=agent_announce_sound,
        agent_report_wait_time=agent_report_wait_time,
        max_wait_time=max_wait_time,
        timeout_transfer_dst=timeout_transfer_dst,
        max_wait_time_with_no_agent=max_wait_time_with_no_agent,
        no_agent_timeout_transfer_dst=no_agent_timeout_transfer_dst,
        exit_with_no_av_agents=exit_with_no_av_agents,
        exit_key=exit_key,
        exit_transfer_dst=exit_transfer_dst,
        record_enabled=record_enabled,
        tier_rules_apply=tier_rules_apply,
        tier_rule_wait_second=tier_rule_wait_second,
        tier_rule_wait_multiply_level=tier_rule_wait_multiply_level,
        agent_hangup_action=agent_hangup_action,
        agent_hangup_transfer_dst=agent_hangup_transfer_dst,
        append_to_cid_name_on_transfer=append_to_cid_name_on_transfer,
    )
    context.record(await context.client.queues.update(extension_id, **fields))


@command(app, "status")
async def queue_status(context: RingMeContext, extension_id: QueueId) -> None:
    """Show how many callers a queue holds."""
    context.record(await context.client.queues.status(extension_id))


@command(app, "members")
async def queue_members(context: RingMeContext, extension_id: QueueId, first: First = None) -> None:
    """List the callers in a queue."""
    from ...ringme.queues import QueueMember

    members = await context.client.queues.members(extension_id)
    context.rows([context.row(member) for member in members[:first]], MEMBER_COLUMNS, first, QueueMember)
