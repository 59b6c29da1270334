"""`stringee-async extensions` for RingMe: phones, queues, menus and fax boxes."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .context import RingMeContext
from .kind import ClientId

app = typer.Typer()

COLUMNS = ("id", "name", "type", "status", "label", "caller_id_name")
CLEARABLE = (
    "status",
    "label",
    "dial_rule_id",
    "extension_group_id",
    "caller_id_name",
    "extra_params",
    "did_as_transfer_caller_id",
    "public_caller_id_number",
)
SERVED = 30
"""Rows per page that every host is known to serve; one that serves fewer than asked would end the list early."""

ExtensionId = Annotated[str, typer.Argument(metavar="EXTENSION_ID", help="The extension, by id or as @name.")]
Status = Annotated[str | None, typer.Option("--status", help="active or blocked.", show_default=False)]
Label = Annotated[str | None, typer.Option("--label", help="Label.", show_default=False)]
DialRule = Annotated[
    int | None, typer.Option("--dial-rule-id", min=1, help="A dial rule.", show_default=False)
]
GroupId = Annotated[
    int | None, typer.Option("--extension-group-id", min=1, help="A group of extensions.", show_default=False)
]
CallerName = Annotated[
    str | None,
    typer.Option("--caller-id-name", help="Name shown to those who are called.", show_default=False),
]
ExtraParams = Annotated[
    str | None, typer.Option("--extra-params", help="Free text that the vendor keeps.", show_default=False)
]
TransferCaller = Annotated[
    str | None,
    typer.Option("--did-as-transfer-caller-id", help="none, default, from or diversion.", show_default=False),
]
PublicNumber = Annotated[
    str | None,
    typer.Option(
        "--public-caller-id-number", help="Number shown to those outside; newer hosts.", show_default=False
    ),
]


@command(app, "list")
async def list_extensions(
    context: RingMeContext,
    type_: Annotated[
        str | None, typer.Option("--type", help="Only phone, queue, ivr or fax.", show_default=False)
    ] = None,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List extensions."""
    from ...ringme.extensions import Extension

    size = min(page_size(first), SERVED)
    listing = context.client.extensions.list(type=type_, client_id=client_id, page_size=size)
    await context.listing(listing, COLUMNS, first, Extension)


@command(app, "get")
async def get_extension(
    context: RingMeContext, extension_id: ExtensionId, client_id: ClientId = "@me"
) -> None:
    """Show one extension."""
    context.record(await context.client.extensions.get(extension_id, client_id=client_id))


@command(app, "create")
async def create_extension(
    context: RingMeContext,
    name: Annotated[
        str, typer.Option(help="Name without the client's prefix, such as 370; the vendor adds the prefix.")
    ],
    type_: Annotated[str, typer.Option("--type", help="phone, queue, ivr or fax.")],
    status: Status = None,
    label: Label = None,
    dial_rule_id: DialRule = None,
    extension_group_id: GroupId = None,
    caller_id_name: CallerName = None,
    extra_params: ExtraParams = None,
    did_as_transfer_caller_id: TransferCaller = None,
    public_caller_id_number: PublicNumber = None,
    client_id: ClientId = "@me",
    ensure: Ensure = False,
) -> None:
    """Create an extension; one of type queue is a queue at once."""
    fields = given(
        status=status,
        label=label,
        dial_rule_id=dial_rule_id,
        extension_group_id=extension_group_id,
        caller_id_name=caller_id_name,
        extra_params=extra_params,
        did_as_transfer_caller_id=did_as_transfer_caller_id,
        public_caller_id_number=public_caller_id_number,
    )
    extensions = context.client.extensions
    if ensure:
        result = await extensions.ensure(name=name, type=type_, client_id=client_id, **fields)
        context.ensured("extension", result)
    else:
        created = await extensions.create(name=name, type=type_, client_id=client_id, **fields)
        context.done("extension", "created", id=str(created.id))


@command(app, "update")
async def update_extension(
    context: RingMeContext,
    extension_id: ExtensionId,
    status: Status = None,
    label: Label = None,
    dial_rule_id: DialRule = None,
    extension_group_id: GroupId = None,
    caller_id_name: CallerName = None,
    extra_params: ExtraParams = None,
    did_as_transfer_caller_id: TransferCaller = None,
    public_caller_id_number: PublicNumber = None,
    clear: Clear = None,
    client_id: ClientId = "@me",
) -> None:
    """Change fields of an extension; those not named stay as they are. Name and type cannot be changed."""
    fields = changes(
        clear,
        CLEARABLE,
        status=status,
        label=label,
        dial_rule_id=dial_rule_id,
        extension_group_id=extension_group_id,
        caller_id_name=caller_id_name,
        extra_params=extra_params,
        did_as_transfer_caller_id=did_as_transfer_caller_id,
        public_caller_id_number=public_caller_id_number,
    )
    await context.client.extensions.update(extension_id, client_id=client_id, **fields)
    context.done("extension", "updated", id=extension_id)


@command(app, "delete")
async def delete_extensions(
    context: RingMeContext,
    extension_ids: Annotated[
        list[str], typer.Argument(metavar="EXTENSION_ID...", help="Extensions to delete, by id or as @name.")
    ],
    client_id: ClientId = "@me",
    missing_ok: MissingOk = False,
) -> None:
    """Delete extensions, and the queues that they are, without asking."""
    await context.delete(
        "extension",
        extension_ids,
        lambda extension_id: context.client.extensions.delete(extension_id, client_id=client_id),
        missing_ok=missing_ok,
    )
