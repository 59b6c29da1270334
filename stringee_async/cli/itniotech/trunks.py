"""`stringee-async sip-trunks` and `tasks` for ITNIO TECH: what is not derived as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from ..command import command
from ..command_context import CommandContext
from ..crud import Given
from ..derived_options import Derived
from ..options import without_none
from .commands import CountryCode, DisplayNum
from .context import ItniotechContext
from .crud import ItniotechCrud

if TYPE_CHECKING:
    from ...itniotech.sip_trunks import TrunkGroup

tasks = typer.Typer()


@attrs.frozen(kw_only=True)
class SipTrunkCrud(ItniotechCrud):
    """SIP trunks, whose agent groups are given with their numbers."""

    def _taken(self, verb: str) -> dict[str, Derived]:
        kinds = {"groups": list[str], "type": int}
        return {
            name: attrs.evolve(one, kind=kinds.get(name, one.kind))
            for name, one in super()._taken(verb).items()
        }

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        if given.get("groups"):
            given["groups"] = _groups(given["groups"])
        return super()._chosen(context, verb, given)


def _groups(texts: Sequence[str]) -> list[TrunkGroup]:
    """Return agent groups that were given as `GROUP` or `GROUP=NUMBER`."""
    from ...itniotech.sip_trunks import TrunkGroup

    parts = [text.partition("=") for text in texts]
    return [TrunkGroup(voice_group_id=group, number=number or None) for group, _, number in parts]


Ringing = Annotated[
    int | None,
    typer.Option("--ringing", min=20, max=120, help="Seconds to let a number ring.", show_default=False),
]
Application = Annotated[
    str | None, typer.Option("--app-id", help="The application; with type 1.", show_default=False)
]
Rate = Annotated[
    float | None,
    typer.Option("--callout-rate", help="Calls per agent at once; with type 1.", show_default=False),
]


@command(tasks, "submit", writes=True)
async def submit_task(
    context: ItniotechContext,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, help="A file with up to 100,000 numbers.")
    ],
    group_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--group", help="An agent group that takes the calls, by id; may be repeated.", show_default=False
        ),
    ] = None,
    type_: Annotated[
        int, typer.Option("--type", min=0, max=1, help="0 automatic, 1 group call to agent.")
    ] = 0,
    ccode: CountryCode = None,
    display_num: DisplayNum = None,
    ringing: Ringing = None,
    remark: Annotated[str | None, typer.Option("--remark", help="A note.", show_default=False)] = None,
    app_id: Application = None,
    rate: Rate = None,
) -> None:
    """Upload a list of numbers and start a task: they are called from now on."""
    uploaded = await context.client.tasks.upload_numbers(file)
    settings = without_none(
        {
            "voice_group_ids": group_ids or None,
            "ccode": ccode,
            "display_num": display_num,
            "max_ringing_time": ringing,
            "remark": remark,
            "app_id": app_id,
            "callout_rate": rate,
        }
    )
    made = await context.client.tasks.submit(
        file_path=uploaded.file_path, file_name=file.name, type=type_, **settings
    )
    numbers = "" if uploaded.number_total_count is None else str(uploaded.number_total_count)
    context.done("task", "started", **({} if made is None else {"id": str(made)}), numbers=numbers)
