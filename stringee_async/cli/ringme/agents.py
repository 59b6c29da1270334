"""`stringee-async agents` for RingMe: extensions and outside numbers that take calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..command import command
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .context import RingMeContext
from .kind import AgentId, AnyKind, ClientId, Kind, KindOption, kinds

if TYPE_CHECKING:
    from ...core.paging import Paged
    from ...ringme.client import RingMeClient
    from ...ringme.local_agents import LocalAgents
    from ...ringme.remote_agents import RemoteAgents

app = typer.Typer()

COLUMNS = ("id", "name", "status", "extension_id", "number", "call_timeout", "wrap_up_time")
CLEARABLE = (
    "name",
    "status",
    "call_timeout",
    "busy_delay_time",
    "no_answer_delay_time",
    "reject_delay_time",
    "wrap_up_time",
    "extra_params",
    "agent_sound_id",
)

ExtensionId = Annotated[
    str | None,
    typer.Option("--extension-id", help="The extension that is the agent; local only.", show_default=False),
]
Number = Annotated[
    str | None,
    typer.Option("--number", help="The number that is the agent; remote only.", show_default=False),
]
Name = Annotated[str | None, typer.Option("--name", help="Label.", show_default=False)]
Status = Annotated[str | None, typer.Option("--status", help="available or logged_out.", show_default=False)]
CallTimeout = Annotated[
    int | None, typer.Option("--call-timeout", min=0, help="Seconds to ring.", show_default=False)
]
BusyDelay = Annotated[
    int | None,
    typer.Option("--busy-delay-time", min=0, help="Seconds of pause when busy.", show_default=False),
]
NoAnswerDelay = Annotated[
    int | None,
    typer.Option(
        "--no-answer-delay-time", min=0, help="Seconds of pause after no answer.", show_default=False
    ),
]
RejectDelay = Annotated[
    int | None,
    typer.Option(
        "--reject-delay-time", min=0, help="Seconds of pause after a rejection.", show_default=False
    ),
]
WrapUp = Annotated[
    int | None,
    typer.Option("--wrap-up-time", min=0, help="Seconds of rest after a call.", show_default=False),
]
ExtraParams = Annotated[
    str | None, typer.Option("--extra-params", help="Free text that the vendor keeps.", show_default=False)
]
SoundId = Annotated[
    int | None,
    typer.Option("--agent-sound-id", min=1, help="A sound; newer hosts only.", show_default=False),
]


def _agents(client: RingMeClient, kind: Kind) -> LocalAgents | RemoteAgents:
    return client.agents.local if kind is Kind.LOCAL else client.agents.remote


def _behind(kind: Kind, extension_id: str | None, number: str | None, *, needed: bool) -> dict[str, Any]:
    """Return what is behind an agent of this kind; refuse what is behind one of the other."""
    wanted, name, odd, other = (
        (extension_id, "extension_id", number, "number")
        if kind is Kind.LOCAL
        else (number, "number", extension_id, "extension_id")
    )
    option, odd_option = f"--{name.replace('_', '-')}", f"--{other.replace('_', '-')}"
    if odd is not None:
        raise typer.BadParameter(f"a {kind} agent has none; give {option}", param_hint=odd_option)
    if wanted is None and needed:
        raise typer.BadParameter(f"a {kind} agent needs one", param_hint=option)
    return given(**{name: wanted})


@command(app, "list")
async def list_agents(
    context: RingMeContext,
    kind: AnyKind = None,
    extension_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--extension-id",
            help="Only agents of this extension, which are local; may be repeated.",
            show_default=False,
        ),
    ] = None,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List agents of both kinds, or of one."""
    from ...ringme.local_agents import LocalAgent
    from ...ringme.remote_agents import RemoteAgent

    if extension_ids and kind is Kind.REMOTE:
        raise typer.BadParameter("a remote agent has none", param_hint="--extension-id")
    wanted = kinds(Kind.LOCAL if extension_ids else kind)
    listings = {one: _listing(context.client, one, client_id, extension_ids) for one in wanted}
    await context.listing_by_kind(listings, COLUMNS, first, LocalAgent, RemoteAgent)


def _listing(
    client: RingMeClient, kind: Kind, client_id: str, extension_ids: Sequence[str] | None
) -> Paged[Any]:
    if kind is Kind.REMOTE:
        return client.agents.remote.list(client_id=client_id)
    return client.agents.local.list(client_id=client_id, **given(extension_id=extension_ids or None))


@command(app, "get")
async def get_agent(
    context: RingMeContext, agent_id: AgentId, kind: KindOption, client_id: ClientId = "@me"
) -> None:
    """Show one agent."""
    context.record(await _agents(context.client, kind).get(agent_id, client_id=client_id), kind=kind.value)


@command(app, "create")
async def create_agent(
    context: RingMeContext,
    kind: KindOption,
    extension_id: ExtensionId = None,
    number: Number = None,
    name: Name = None,
    status: Status = None,
    call_timeout: CallTimeout = None,
    busy_delay_time: BusyDelay = None,
    no_answer_delay_time: NoAnswerDelay = None,
    reject_delay_time: RejectDelay = None,
    wrap_up_time: WrapUp = None,
    extra_params: ExtraParams = None,
    agent_sound_id: SoundId = None,
    client_id: ClientId = "@me",
    ensure: Ensure = False,
) -> None:
    """Make an extension or an outside number an agent; what is not given is left to the vendor's defaults."""
    fields: dict[str, Any] = {
        **_behind(kind, extension_id, number, needed=True),
        **given(
            name=name,
            status=status,
            call_timeout=call_timeout,
            busy_delay_time=busy_delay_time,
            no_answer_delay_time=no_answer_delay_time,
            reject_delay_time=reject_delay_time,
            wrap_up_time=wrap_up_time,
            extra_params=extra_params,
            agent_sound_id=agent_sound_id,
        ),
    }
    agents = _agents(context.client, kind)
    if ensure:
        context.ensured("agent", await agents.ensure(client_id=client_id, **fields))
    else:
        created = await agents.create(client_id=client_id, **fields)
        context.done("agent", "created", id=str(created.id))


@command(app, "update")
async def update_agent(
    context: RingMeContext,
    agent_id: AgentId,
    kind: KindOption,
    extension_id: ExtensionId = None,
    number: Number = None,
    name: Name = None,
    status: Status = None,
    call_timeout: CallTimeout = None,
    busy_delay_time: BusyDelay = None,
    no_answer_delay_time: NoAnswerDelay = None,
    reject_delay_time: RejectDelay = None,
    wrap_up_time: WrapUp = None,
    extra_params: ExtraParams = None,
    agent_sound_id: SoundId = None,
    clear: Clear = None,
    client_id: ClientId = "@me",
) -> None:
    """Change fields of an agent; those not named stay as they are."""
    fields = changes(
        clear,
        CLEARABLE,
        **_behind(kind, extension_id, number, needed=False),
        name=name,
        status=status,
        call_timeout=call_timeout,
        busy_delay_time=busy_delay_time,
        no_answer_delay_time=no_answer_delay_time,
        reject_delay_time=reject_delay_time,
        wrap_up_time=wrap_up_time,
        extra_params=extra_params,
        agent_sound_id=agent_sound_id,
    )
    await _agents(context.client, kind).update(agent_id, client_id=client_id, **fields)
    context.done("agent", "updated", id=agent_id)


@command(app, "delete")
async def delete_agents(
    context: RingMeContext,
    agent_ids: Annotated[
        list[str], typer.Argument(metavar="AGENT_ID...", help="Ids of the agents, all of one kind.")
    ],
    kind: KindOption,
    keep_in_queues: Annotated[
        bool, typer.Option("--keep-in-queues", help="Refuse to delete an agent that is in a queue.")
    ] = False,
    client_id: ClientId = "@me",
    missing_ok: MissingOk = False,
) -> None:
    """Delete agents by id, without asking, and take them out of their queues; extensions stay."""
    agents = _agents(context.client, kind)
    await context.delete(
        "agent",
        agent_ids,
        lambda agent_id: agents.delete(agent_id, client_id=client_id, remove_from_queues=not keep_in_queues),
        missing_ok=missing_ok,
    )
