"""ITNIO TECH's commands for the voice product: phones, sound files, group calls, calls of phones, and codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from ..command import command
from ..exit_codes import code_of_rows
from ..options import Ensure, without_none
from ..output import note
from .commands import DisplayNum
from .context import ItniotechContext
from .crud import ShowPasswords

phones = typer.Typer()
files = typer.Typer()
group_calls = typer.Typer()
phone_calls = typer.Typer()
codes = typer.Typer()

AppId = Annotated[str, typer.Option("--app-id", help="The application.")]
Info = Annotated[
    str | None,
    typer.Option("--info", help="A reference that comes back with the records.", show_default=False),
]
Callee = Annotated[str, typer.Option("--to", help="A number with country code.")]
Loops = Annotated[
    int | None, typer.Option("--loops", min=1, max=9, help="How often it is played.", show_default=False)
]
_WORDS: Final = {True: "accepted", False: "refused", None: "unknown"}


@command(phones, "create", writes=True)
async def create_phones(
    context: ItniotechContext,
    app_id: AppId,
    group: Annotated[str, typer.Option("--group", help="The phones' group, 4 to 32 characters; a new one.")],
    name: Annotated[str, typer.Option("--name", help="What their names begin with, 4 to 32 characters.")],
    quantity: Annotated[int, typer.Option("--quantity", min=1, max=50, help="How many.")] = 1,
    display_num: DisplayNum = None,
) -> None:
    """Create phones in a group of their own; `list` shows their accounts."""
    settings = without_none({"display_num": display_num})
    await context.client.phones.create_many(
        app_id=app_id, group_name=group, phone_name=name, quantity=quantity, **settings
    )
    context.done("phones", "created", group=group)


@command(phones, "reset-password", writes=True)
async def reset_password(
    context: ItniotechContext,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="The phone's account; see `phones list`.")
    ],
    app_id: AppId,
    show_passwords: ShowPasswords = False,
) -> None:
    """Give a phone a new password, which the vendor makes."""
    password = await context.client.phones.reset_password(account, app_id=app_id)
    shown = {"password": password.reveal()} if show_passwords else {}
    context.done("password", "reset", account=account, **shown)
    if not show_passwords:
        note("`phones list --show-passwords` shows it.")


@command(files, "upload", writes=True)
async def upload_file(
    context: ItniotechContext,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An MP3, WAV or M4A file.")],
    name: Annotated[
        str | None,
        typer.Option("--name", help="Its name, unique; that of the file otherwise.", show_default=False),
    ] = None,
    ensure: Ensure = False,
) -> None:
    """Upload a sound file for group calls."""
    resource, given = context.client.voice_files, without_none({"file_name": name})
    if ensure:
        context.ensured("sound file", await resource.ensure(file, **given))
    else:
        made = await resource.upload(file, **given)
        context.done("sound file", "uploaded", **without_none({"id": made}))


@command(group_calls, "send", writes=True)
async def send_group_call(
    context: ItniotechContext,
    file_id: Annotated[str, typer.Argument(metavar="FILE_ID", help="A sound file; see `voice-files list`.")],
    to: Annotated[list[str], typer.Option("--to", help="A number with country code; may be repeated.")],
    app_id: AppId,
    display_num: DisplayNum = None,
    loops: Loops = None,
    info: Info = None,
) -> None:
    """Call numbers and play a file; each has an outcome of its own, and the command ends with 4 if one was not accepted."""
    settings = without_none({"display_num": display_num, "loop_count": loops, "called_info": info})
    outcomes = await context.client.group_calls.send(callees=to, file_id=file_id, app_id=app_id, **settings)
    rows = [
        {
            "result": _WORDS[one.accepted],
            "to": one.callee,
            "voice_id": one.voice_id,
            "reason": one.termination_reason if one.error is None else str(one.error),
        }
        for one in outcomes
    ]
    context.rows(rows, ("result", "to", "voice_id", "reason"))
    if not all(one.accepted for one in outcomes):
        raise typer.Exit(code_of_rows([one.error for one in outcomes if not one.accepted]))


@command(phone_calls, "start", writes=True)
async def start_phone_call(
    context: ItniotechContext,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="The phone's account; see `phones list`.")
    ],
    to: Callee,
    app_id: AppId,
    display_num: DisplayNum = None,
    info: Info = None,
) -> None:
    """Ring a phone, and call a number from it."""
    settings = without_none({"display_num": display_num, "called_info": info})
    made = await context.client.phone_calls.start(callee=to, account=account, app_id=app_id, **settings)
    context.done("call", "started", **without_none({"id": made}))


@command(codes, "send", writes=True)
async def send_code(
    context: ItniotechContext,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is read; commas make pauses.")],
    to: Callee,
    app_id: AppId,
    language: Annotated[str, typer.Option("--language", help="The vendor's code, such as `EN` or `VN`.")],
    display_num: DisplayNum = None,
    loops: Loops = None,
    info: Info = None,
) -> None:
    """Call a number and read a text out."""
    settings = without_none({"display_num": display_num, "loop_count": loops, "called_info": info})
    made = await context.client.voice_codes.send(
        callee=to, language=language, text=text, app_id=app_id, **settings
    )
    context.done("code", "sent", **without_none({"id": made}))
