"""ITNIO TECH's commands that are not derived: those of agents, which the vendor calls seats, and the account's money."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..options import pairs, without_none
from ..output import note
from .agent_groups import GroupId
from .context import ItniotechContext

agents = typer.Typer()

KeyIds = Annotated[list[str], typer.Argument(metavar="KEY_ID...", help="Ids of the agents.")]
DisplayNum = Annotated[str | None, typer.Option("--display-num", help="Caller id.", show_default=False)]
CountryCode = Annotated[str | None, typer.Option("--ccode", help="Country code.", show_default=False)]


@command(agents, "create", writes=True)
async def create_agents(
    context: ItniotechContext,
    group_id: GroupId,
    size: Annotated[int, typer.Option("--size", min=1, help="How many.")] = 1,
    display_num: DisplayNum = None,
    ccode: CountryCode = None,
) -> None:
    """Create agents in a group; the vendor gives the names."""
    created = await context.client.agents.create_many(
        group_id, size=size, **without_none({"display_num": display_num, "ccode": ccode})
    )
    context.rows([{"result": "created", **context.row(agent)} for agent in created], ("key_id", "name"))
    if not created:
        note("They were created, but the vendor does not say which they are; `agents list` shows them.")


@command(agents, "enable", writes=True)
async def enable_agents(context: ItniotechContext, key_ids: KeyIds) -> None:
    """Let agents log in again."""
    await context.each("agent", "enabled", key_ids, context.client.agents.enable)


@command(agents, "disable", writes=True)
async def disable_agents(context: ItniotechContext, key_ids: KeyIds) -> None:
    """Keep agents from logging in."""
    await context.each("agent", "disabled", key_ids, context.client.agents.disable)


@command(agents, "priority", writes=True)
async def set_priority(
    context: ItniotechContext,
    group_id: GroupId,
    priorities: Annotated[
        list[str], typer.Argument(metavar="KEY_ID=PRIORITY...", help="An agent, and its priority, 1 to 999.")
    ],
) -> None:
    """Set the priority of agents in a group; counts where its strategy goes by priority."""
    hint = "KEY_ID=PRIORITY"
    given = pairs(priorities, hint)
    if not all(value.isascii() and value.isdigit() for value in given.values()):
        raise typer.BadParameter("a priority is a number from 1 to 999", param_hint=hint)
    await context.client.agents.set_priority(group_id, {key: int(value) for key, value in given.items()})
    context.done("priorities", "set", id=group_id)


async def balance(context: ItniotechContext) -> None:
    """Show what the account holds: money paid in, given, and what may be owed; in which currency, where the vendor says so."""
    context.record(await context.client.balance())
