"""`stringee-async agents` for ITNIO TECH: the people who take calls; the vendor calls them seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, MissingOk, given, pairs
from ..output import note
from .arguments import (
    Enabled,
    From,
    GroupId,
    OnlyGroup,
    ShowPasswords,
    Times,
    TimesOption,
    Until,
    in_their_zone,
)
from .context import ItniotechContext

if TYPE_CHECKING:
    from ...core.secrets import Secret

app = typer.Typer()

COLUMNS = (
    "key_id",
    "name",
    "account",
    "emp_no",
    "enabled",
    "status",
    "priority",
    "voice_group_id",
    "group_name",
)

KeyIds = Annotated[list[str], typer.Argument(metavar="KEY_ID...", help="Ids of the agents.")]
DisplayNum = Annotated[str | None, typer.Option("--display-num", help="Caller id.", show_default=False)]
CountryCode = Annotated[str | None, typer.Option("--ccode", help="Country code.", show_default=False)]


@command(app, "list")
async def list_agents(
    context: ItniotechContext,
    group: OnlyGroup = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Only names like this one.", show_default=False)
    ] = None,
    enabled: Enabled = None,
    status: Annotated[
        int | None,
        typer.Option(
            "--status",
            min=0,
            help="Only these: 1 offline, 2 idle, 3 busy, 4 after a talk, 5 on a break.",
            show_default=False,
        ),
    ] = None,
    start: From = None,
    end: Until = None,
    times: TimesOption = Times.PLAIN,
    show_passwords: ShowPasswords = False,
    first: First = None,
) -> None:
    """List agents; --from and --until are for statistics, and newer servers require them."""
    from ...itniotech.agent_models import Agent

    context.show_passwords = show_passwords
    listing = context.client.agents.list(
        **given(
            voice_group_id=group,
            name=name,
            enabled=enabled,
            status=status,
            start_time=in_their_zone(start),
            end_time=in_their_zone(end),
        ),
        time_format=times.form,
        page_size=page_size(first),
        read_ahead=0 if first else 4,
    )
    await context.listing(listing, (*COLUMNS, "password") if show_passwords else COLUMNS, first, Agent)


@command(app, "create")
async def create_agents(
    context: ItniotechContext,
    group_id: GroupId,
    size: Annotated[int, typer.Option("--size", min=1, help="How many.")] = 1,
    display_num: DisplayNum = None,
    ccode: CountryCode = None,
) -> None:
    """Create agents in a group; the vendor gives the names."""
    created = await context.client.agents.create_many(
        group_id, size=size, **given(display_num=display_num, ccode=ccode)
    )
    context.rows([{"result": "created", **context.row(agent)} for agent in created], ("key_id", "name"))
    if not created:
        note("They were created, but the vendor does not say which they are; `agents list` shows them.")


@command(app, "update")
async def update_agent(
    context: ItniotechContext,
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="The agent's id.")],
    group: Annotated[str, typer.Option("--group", help="The agent group, by id.")],
    name: Annotated[str, typer.Option("--name", help="Name.")],
    emp_no: Annotated[str, typer.Option("--emp-no", help="Job number, 1 to 12 digits.")],
    display_num: DisplayNum = None,
    ccode: CountryCode = None,
    pet_name: Annotated[
        str | None, typer.Option("--pet-name", help="Name shown to others.", show_default=False)
    ] = None,
    ask_password: Annotated[
        bool, typer.Option("--ask-password", help="Ask for a new password, which is not shown.")
    ] = False,
) -> None:
    """Change an agent; the vendor wants group, name and job number each time."""
    fields = given(display_num=display_num, ccode=ccode, pet_name=pet_name)
    if ask_password:
        fields["password"] = _asked()
    await context.client.agents.update(key_id, voice_group_id=group, name=name, emp_no=emp_no, **fields)
    context.done("agent", "updated", id=key_id)


def _asked() -> Secret:
    from ...core.secrets import Secret

    return Secret(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))


@command(app, "delete")
async def delete_agents(context: ItniotechContext, key_ids: KeyIds, missing_ok: MissingOk = False) -> None:
    """Delete agents by id, without asking."""
    agents = context.client.agents
    await context.delete("agent", key_ids, lambda key_id: agents.delete(key_id), missing_ok=missing_ok)


@command(app, "enable")
async def enable_agents(context: ItniotechContext, key_ids: KeyIds) -> None:
    """Let agents log in again."""
    await context.each("agent", "enabled", key_ids, context.client.agents.enable)


@command(app, "disable")
async def disable_agents(context: ItniotechContext, key_ids: KeyIds) -> None:
    """Keep agents from logging in."""
    await context.each("agent", "disabled", key_ids, context.client.agents.disable)


@command(app, "priority")
async def set_priority(
    context: ItniotechContext,
    group_id: GroupId,
    priorities: Annotated[
        list[str], typer.Argument(metavar="KEY_ID=PRIORITY...", help="An agent, and its priority, 1 to 999.")
    ],
) -> None:
    """Set the priority of agents in a group; counts where its strategy goes by priority."""
    hint = "KEY_ID=PRIORITY"
    given_ = pairs(priorities, hint)
    if not all(value.isascii() and value.isdigit() for value in given_.values()):
        raise typer.BadParameter("a priority is a number from 1 to 999", param_hint=hint)
    await context.client.agents.set_priority(group_id, {key: int(value) for key, value in given_.items()})
    context.done("priorities", "set", id=group_id)
