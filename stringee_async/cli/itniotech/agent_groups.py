"""`stringee-async agent-groups` for ITNIO TECH: groups of agents and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..command import command
from ..command_context import page_size
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .arguments import GroupId
from .context import ItniotechContext

if TYPE_CHECKING:
    from ...itniotech.group_settings import AgentGroupSettings

app = typer.Typer()

COLUMNS = ("voice_group_id", "group_name", "app_name", "callin_strategy", "count_seat")
CLEARABLE = (
    "callin_strategy",
    "timeout_transfer_sec",
    "callin_auto_answer_sec",
    "wrap_up_time",
    "timeout_idle",
    "timeout_wait_sec",
    "turn_seat_ring",
    "label_names",
    "fs_node",
)
SWITCHES = {
    "show_recordings": "--show-recordings or --hide-recordings",
    "encrypt_numbers": "--encrypt-numbers or --show-numbers",
}

Name = Annotated[
    str, typer.Option("--name", help="The group's name, 4 to 32 characters, unique in its application.")
]


@command(app, "list")
async def list_groups(
    context: ItniotechContext,
    name: Annotated[
        str | None, typer.Option("--name", help="Only names like this one.", show_default=False)
    ] = None,
    first: First = None,
) -> None:
    """List agent groups."""
    from ...itniotech.agent_groups import AgentGroup

    listing = context.client.agent_groups.list(
        **given(group_name=name), page_size=page_size(first), read_ahead=0 if first else 4
    )
    await context.listing(listing, COLUMNS, first, AgentGroup)


@command(app, "create")
async def create_group(
    context: ItniotechContext,
    name: Name,
    app_id: Annotated[str, typer.Option("--app-id", help="The application that gets it.")],
    ensure: Ensure = False,
) -> None:
    """Create an agent group, and look up its id, which the vendor does not return."""
    groups = context.client.agent_groups
    if ensure:
        context.ensured("agent group", await groups.ensure(app_id=app_id, group_name=name))
    else:
        created = await groups.create(app_id=app_id, group_name=name)
        context.done("agent group", "created", id=str(created.voice_group_id))


@command(app, "rename")
async def rename_group(context: ItniotechContext, group_id: GroupId, name: Name) -> None:
    """Give an agent group another name."""
    await context.client.agent_groups.rename(group_id, group_name=name)
    context.done("agent group", "renamed", id=group_id)


@command(app, "delete")
async def delete_groups(
    context: ItniotechContext,
    group_ids: Annotated[
        list[str], typer.Argument(metavar="VOICE_GROUP_ID...", help="Ids of the agent groups to delete.")
    ],
    missing_ok: MissingOk = False,
) -> None:
    """Delete agent groups by id, without asking; none may have agents, leaders or trunks left."""
    groups = context.client.agent_groups
    await context.delete(
        "agent group",
        group_ids,
        lambda group_id: groups.delete(group_id),
        missing_ok=missing_ok,
    )


@command(app, "settings")
async def show_settings(context: ItniotechContext, group_id: GroupId) -> None:
    """Show the settings of an agent group."""
    context.record(await context.client.agent_groups.settings(group_id))


@command(app, "set")
async def change_settings(
    context: ItniotechContext,
    group_id: GroupId,
    show_recordings: Annotated[
        bool | None,
        typer.Option(
            "--show-recordings/--hide-recordings",
            help="Whether agents see recordings with their calls.",
            show_default=False,
        ),
    ] = None,
    encrypt_numbers: Annotated[
        bool | None,
        typer.Option(
            "--encrypt-numbers/--show-numbers", help="Whether agents see numbers.", show_default=False
        ),
    ] = None,
    callin_strategy: Annotated[
        int | None,
        typer.Option(
            "--callin-strategy",
            min=1,
            help="Who gets a call: 1 by idle time, 2 by number of calls, 3 by priority, 4 in turn.",
            show_default=False,
        ),
    ] = None,
    timeout_transfer_sec: Annotated[
        int | None,
        typer.Option(
            "--timeout-transfer-sec",
            min=0,
            help="Seconds a call rings before it is passed on.",
            show_default=False,
        ),
    ] = None,
    callin_auto_answer_sec: Annotated[
        int | None,
        typer.Option(
            "--callin-auto-answer-sec",
            min=0,
            help="Seconds after which it is answered by itself.",
            show_default=False,
        ),
    ] = None,
    wrap_up_time: Annotated[
        int | None,
        typer.Option("--wrap-up-time", min=0, help="Seconds for notes after a talk.", show_default=False),
    ] = None,
    timeout_idle: Annotated[
        int | None,
        typer.Option(
            "--timeout-idle",
            min=0,
            help="Calls passed on in a row after which an agent is put on a break.",
            show_default=False,
        ),
    ] = None,
    timeout_wait_sec: Annotated[
        int | None,
        typer.Option("--timeout-wait-sec", min=0, help="Seconds a caller may wait.", show_default=False),
    ] = None,
    turn_seat_ring: Annotated[
        str | None,
        typer.Option(
            "--turn-seat-ring", help="Name of an uploaded sound heard meanwhile.", show_default=False
        ),
    ] = None,
    label_names: Annotated[
        list[str] | None,
        typer.Option(
            "--label", help="A tag; repeat it for all, the former are replaced.", show_default=False
        ),
    ] = None,
    fs_node: Annotated[
        str | None, typer.Option("--fs-node", help="Media node, such as SG_FS.", show_default=False)
    ] = None,
    clear: Clear = None,
) -> None:
    """Change settings of an agent group; those not named are read first and sent back as they are.

    The vendor does not promise to keep what is not sent, and wants both switches each time.
    """
    wanted = changes(
        clear,
        CLEARABLE,
        show_recordings=show_recordings,
        encrypt_numbers=encrypt_numbers,
        callin_strategy=callin_strategy,
        timeout_transfer_sec=timeout_transfer_sec,
        callin_auto_answer_sec=callin_auto_answer_sec,
        wrap_up_time=wrap_up_time,
        timeout_idle=timeout_idle,
        timeout_wait_sec=timeout_wait_sec,
        turn_seat_ring=turn_seat_ring,
        label_names=label_names or None,
        fs_node=fs_node,
    )
    former = await context.client.agent_groups.settings(group_id)
    await context.client.agent_groups.update_settings(group_id, **_whole(former, wanted))
    context.done("agent group", "updated", id=group_id)


def _whole(former: AgentGroupSettings, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return all settings as they are to be; None among those that are wanted clears."""
    from ...itniotech.clear import CLEAR

    kept = {name: getattr(former, name) for name in (*SWITCHES, *CLEARABLE)}
    whole = {name: value for name, value in kept.items() if value not in (None, [])}
    whole.update((name, CLEAR if value is None else value) for name, value in wanted.items())
    for name, option in SWITCHES.items():
        if name not in whole:
            raise typer.BadParameter("the vendor does not tell how it is, so name it", param_hint=option)
    return whole
