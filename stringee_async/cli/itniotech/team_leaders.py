"""`stringee-async team-leaders` for ITNIO TECH: people who watch over agent groups."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, MissingOk, given
from .arguments import Enabled, ShowPasswords
from .context import ItniotechContext

app = typer.Typer()

COLUMNS = ("key_id", "name", "pet_name", "account", "emp_no", "enabled", "voice_group_names")


@command(app, "list")
async def list_leaders(
    context: ItniotechContext,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group", help="Only leaders of this agent group, by id; may be repeated.", show_default=False
        ),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Only this name.", show_default=False)] = None,
    enabled: Enabled = None,
    show_passwords: ShowPasswords = False,
    first: First = None,
) -> None:
    """List team leaders."""
    from ...itniotech.team_leaders import TeamLeader

    context.show_passwords = show_passwords
    listing = context.client.team_leaders.list(
        **given(voice_group_ids=groups or None, name=name, enabled=enabled),
        page_size=page_size(first),
        read_ahead=0 if first else 4,
    )
    await context.listing(listing, (*COLUMNS, "password") if show_passwords else COLUMNS, first, TeamLeader)


@command(app, "create")
async def create_leader(
    context: ItniotechContext,
    name: Annotated[str, typer.Option("--name", help="Name, unique, 4 to 32 characters.")],
    groups: Annotated[
        list[str], typer.Option("--group", help="An agent group to watch over, by id; may be repeated.")
    ],
    pet_name: Annotated[
        str | None, typer.Option("--pet-name", help="Name shown to others.", show_default=False)
    ] = None,
) -> None:
    """Create a team leader."""
    key_id = await context.client.team_leaders.create(
        name=name, voice_group_ids=groups, **given(pet_name=pet_name)
    )
    context.done("team leader", "created", id=str(key_id))


@command(app, "delete")
async def delete_leaders(
    context: ItniotechContext,
    key_ids: Annotated[list[str], typer.Argument(metavar="KEY_ID...", help="Ids of the team leaders.")],
    missing_ok: MissingOk = False,
) -> None:
    """Delete team leaders by id, without asking."""
    leaders = context.client.team_leaders
    await context.delete("team leader", key_ids, lambda key_id: leaders.delete(key_id), missing_ok=missing_ok)
