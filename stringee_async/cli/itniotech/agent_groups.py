"""`stringee-async agent-groups` for ITNIO TECH: `rename`, `settings` and `set`.

The vendor does not promise to keep settings that are not sent, so `set` reads them first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from ..command import command
from ..command_context import CommandContext, imported
from ..crud import Given, Run
from ..options import changes
from .context import ItniotechContext
from .crud import ItniotechCrud

if TYPE_CHECKING:
    from ...itniotech.group_settings import AgentGroupSettings

app = typer.Typer()

SWITCHES: Final = {
    "show_recordings": "--show-recordings/--hide-recordings",
    "encrypt_numbers": "--encrypt-numbers/--show-numbers",
}

GroupId = Annotated[
    str, typer.Argument(metavar="VOICE_GROUP_ID", help="The agent group's id; see `agent-groups list`.")
]
Name = Annotated[
    str, typer.Option("--name", help="The group's name, 4 to 32 characters, unique in its application.")
]


@command(app, "rename", writes=True)
async def rename_group(context: ItniotechContext, group_id: GroupId, name: Name) -> None:
    """Give an agent group another name."""
    await context.client.agent_groups.rename(group_id, group_name=name)
    context.done("agent group", "renamed", id=group_id)


@command(app, "settings")
async def show_settings(context: ItniotechContext, group_id: GroupId) -> None:
    """Show the settings of an agent group."""
    context.record(await context.client.agent_groups.settings(group_id))


@attrs.frozen(kw_only=True)
class AgentGroupCrud(ItniotechCrud):
    """Agent groups, whose settings are changed by `set`."""

    def app(self) -> typer.Typer:
        """Return the noun's commands; imports its resource."""
        app = super().app()
        command(app, "set", writes=True)(self._body("set", *self._set()))
        return app

    def _methods(self, verb: str) -> list[Callable[..., Any]]:
        return [imported(self.resource).update_settings] if verb == "set" else super()._methods(verb)

    def _set(self) -> tuple[list[inspect.Parameter], Run]:
        taken = {
            name: one if one.positional else attrs.evolve(one, required=False)
            for name, one in self._taken("set").items()
        }
        (item, *names) = taken
        clearable = [name for name in names if taken[name].clearable]

        async def run(context: CommandContext[Any], given: Given) -> None:
            clear, group_id, groups = given.pop("clear"), given.pop(item), context.client.agent_groups
            wanted = changes(clear, clearable, **given)
            former = await groups.settings(group_id)
            await groups.update_settings(group_id, **_whole(former, wanted, names))
            context.done(self.noun, "updated", id=group_id)

        return self._parameters("set", taken, "clear"), run


def _whole(former: AgentGroupSettings, wanted: Given, names: Iterable[str]) -> dict[str, Any]:
    """Return all settings as they are to be; None among those that are wanted clears."""
    from ...itniotech.arguments import CLEAR

    kept = {name: getattr(former, name) for name in names}
    whole = {name: value for name, value in kept.items() if value not in (None, [])}
    whole.update((name, CLEAR if value is None else value) for name, value in wanted.items())
    for name, option in SWITCHES.items():
        if name not in whole:
            raise typer.BadParameter(
                "the vendor does not tell how it is, so name it", param_hint=option.replace("/", " or ")
            )
    return whole
