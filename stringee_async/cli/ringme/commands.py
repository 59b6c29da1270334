"""RingMe's commands that are not derived: the account, the callers in a queue, and calls that are under way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..command import command
from ..options import First, MissingOk
from .context import ClientId, QueueId, RingMeContext

queues = typer.Typer()
current_calls = typer.Typer()
recordings = typer.Typer()
callback = typer.Typer()
dids = typer.Typer()
sounds = typer.Typer()
calls = typer.Typer()

MEMBER_COLUMNS = ("call_api_id", "number", "state", "serving_agent", "wait_time", "joined_datetime")
CALL_COLUMNS = (
    "call_api_id",
    "extension_id",
    "call_flow",
    "caller_id_number",
    "called_number",
    "init_time_gmt",
    "answer_time_gmt",
)


async def whoami(context: RingMeContext) -> None:
    """Show the user that the application acts as; a cheap way to check the credentials."""
    context.record(await context.client.user())


async def limits(context: RingMeContext, client_id: ClientId = "@me") -> None:
    """Show how many of a thing a client may have, by the vendor's names."""
    context.record(await context.client.limits.get(client_id=client_id))


@command(queues, "status")
async def queue_status(context: RingMeContext, extension_id: QueueId) -> None:
    """Show how many callers a queue holds."""
    context.record(await context.client.queues.status(extension_id))


@command(queues, "members")
async def queue_members(context: RingMeContext, extension_id: QueueId, first: First = None) -> None:
    """List the callers in a queue."""
    from ...ringme.queues import QueueMember

    members = await context.client.queues.members(extension_id)
    context.rows([context.row(member) for member in members[:first]], MEMBER_COLUMNS, first, QueueMember)


@command(current_calls, "list")
async def list_calls(
    context: RingMeContext,
    extension_id: Annotated[
        str | None,
        typer.Option("--extension-id", help="Only calls at this one, by id or as @name.", show_default=False),
    ] = None,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List calls that are under way."""
    from ...ringme.current_calls import CurrentCall

    calls = context.client.current_calls
    if extension_id is None:
        await context.listing(calls.list(client_id=client_id), CALL_COLUMNS, first, CurrentCall)
    else:
        found = await calls.of_extension(extension_id)
        context.rows([context.row(call) for call in found[:first]], CALL_COLUMNS, first, CurrentCall)


@command(current_calls, "drop", writes=True)
async def drop_calls(
    context: RingMeContext,
    extension_id: Annotated[
        str, typer.Argument(metavar="EXTENSION_ID", help="The extension that the calls are at.")
    ],
    call_ids: Annotated[
        list[str],
        typer.Argument(metavar="CALL_API_ID...", help="The calls to end; see `current-calls list`."),
    ],
    missing_ok: MissingOk = False,
) -> None:
    """End calls, without asking."""
    await context.delete(
        "call",
        call_ids,
        lambda call_id: context.client.current_calls.drop(extension_id, call_id),
        missing_ok=missing_ok,
        verb="dropped",
    )


command(calls, "stop", writes=True)(drop_calls)


@command(recordings, "save")
async def save_recording(
    context: RingMeContext,
    recording_id: Annotated[
        str, typer.Argument(metavar="RECORDING_ID", help="The recording; see `recordings list`.")
    ],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; a file that is there is replaced.")],
    wait: Annotated[
        float,
        typer.Option("--wait", metavar="SECONDS", help="Wait so long for a recording that is not there yet."),
    ] = 0.0,
    by_link: Annotated[
        bool,
        typer.Option("--by-link", help="Download from the storage host, by a link, instead of from the API."),
    ] = False,
    client_id: ClientId = "@me",
) -> None:
    """Download a recording."""
    source = context.client.recordings
    if wait:
        await source.wait(recording_id, timeout=wait, by_link=by_link, client_id=client_id)
    saved = await source.save(recording_id, path, by_link=by_link, client_id=client_id)
    context.done("recording", "saved", id=recording_id, size=str(saved.size))


@command(sounds, "upload", writes=True)
async def upload_sound(
    context: RingMeContext,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A WAV or MP3 file, up to 10 MB.")],
    title: Annotated[str, typer.Option("--title", help="Its title.")],
    client_id: ClientId = "@me",
) -> None:
    """Upload a sound."""
    made = await context.client.sounds.upload(path, title=title, client_id=client_id)
    context.done("sound", "uploaded", id=str(made.id))


@command(dids, "attach", writes=True)
async def attach_did(
    context: RingMeContext,
    did_id: Annotated[str, typer.Argument(metavar="DID_ID", help="The number's id; see `dids list`.")],
    extension_id: Annotated[
        str | None,
        typer.Option(
            "--extension-id", help="The extension that it rings; none if left out.", show_default=False
        ),
    ] = None,
    client_id: ClientId = "@me",
) -> None:
    """Have the calls of a number go to an extension, or to none."""
    context.record(await context.client.dids.attach(did_id, extension_id=extension_id, client_id=client_id))


@command(callback, "create", writes=True)
async def call_back(
    context: RingMeContext,
    extension_id: Annotated[
        str, typer.Argument(metavar="EXTENSION_ID", help="The phone that calls, by id or as @name.")
    ],
    src_num: Annotated[list[str], typer.Option("--from", help="Who is rung first; may be repeated.")],
    dst_num: Annotated[str, typer.Option("--to", help="Who is called then.")],
) -> None:
    """Ring one side, and call the other when it picks up."""
    made = await context.client.callback.create(extension_id, src_num=src_num, dst_num=dst_num)
    context.record(made)
