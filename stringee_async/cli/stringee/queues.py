"""`stringee-async queues`: where callers wait."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .context import StringeeContext

app = typer.Typer(help="Queues: where callers wait.", no_args_is_help=True)

COLUMNS = (
    "id",
    "name",
    "schedule",
    "record_calls",
    "wait_agent_answer_timeout",
    "from_number_callout_to_agent",
)
CLEARABLE = (
    "record_calls",
    "agent_wrap_up_after_calls",
    "wrap_up_time_limit",
    "schedule",
    "wait_agent_answer_timeout",
    "wait_greeting",
    "hold_greeting",
    "maximum_queue_size",
    "maximum_queue_wait_time",
    "from_number_callout_to_agent",
    "get_list_agents_url",
    "cond_routing",
)

Record = Annotated[
    bool | None, typer.Option("--record-calls/--no-record-calls", help="Record calls.", show_default=False)
]
WrapUp = Annotated[
    bool | None,
    typer.Option("--wrap-up/--no-wrap-up", help="A pause for notes after a call.", show_default=False),
]
WrapUpLimit = Annotated[
    int | None, typer.Option("--wrap-up-time-limit", help="Seconds of that pause.", show_default=False)
]
Schedule = Annotated[
    int | None, typer.Option(min=1, max=2, help="1 always open, 2 business hours.", show_default=False)
]
AnswerTimeout = Annotated[
    int | None,
    typer.Option("--wait-agent-answer-timeout", min=3, help="Seconds to ring an agent.", show_default=False),
]
WaitGreeting = Annotated[
    str | None, typer.Option(help="Uploaded file for those who wait.", show_default=False)
]
HoldGreeting = Annotated[
    str | None, typer.Option(help="Uploaded file for those on hold.", show_default=False)
]
Size = Annotated[
    int | None, typer.Option("--maximum-queue-size", help="Callers who may wait.", show_default=False)
]
WaitTime = Annotated[
    int | None,
    typer.Option("--maximum-queue-wait-time", help="Seconds a caller may wait.", show_default=False),
]
FromNumber = Annotated[
    str | None,
    typer.Option(
        "--from-number",
        help="Caller id when an agent's phone is rung; digits with country code.",
        show_default=False,
    ),
]
AgentsUrl = Annotated[
    str | None,
    typer.Option("--get-list-agents-url", help="Your server that chooses agents.", show_default=False),
]
CondRouting = Annotated[
    int | None,
    typer.Option(min=1, max=2, help="1 agents online in web or app, 2 also SIP.", show_default=False),
]


@command(app, "list")
async def list_queues(context: StringeeContext, first: First = None) -> None:
    """List queues."""
    from ...stringee.queues import Queue

    listing = context.client.queues.list(page_size=page_size(first), read_ahead=0 if first else 4)
    await context.listing(listing, COLUMNS, first, Queue)


@command(app, "create")
async def create_queue(
    context: StringeeContext,
    name: Annotated[str, typer.Option(help="The queue's name.")],
    record_calls: Record = None,
    wrap_up: WrapUp = None,
    wrap_up_time_limit: WrapUpLimit = None,
    schedule: Schedule = None,
    answer_timeout: AnswerTimeout = None,
    wait_greeting: WaitGreeting = None,
    hold_greeting: HoldGreeting = None,
    size: Size = None,
    wait_time: WaitTime = None,
    from_number: FromNumber = None,
    agents_url: AgentsUrl = None,
    cond_routing: CondRouting = None,
    ensure: Ensure = False,
) -> None:
    """Create a queue; what is not given is left to the vendor's defaults."""
    fields = given(
        record_calls=record_calls,
        agent_wrap_up_after_calls=wrap_up,
        wrap_up_time_limit=wrap_up_time_limit,
        schedule=schedule,
        wait_agent_answer_timeout=answer_timeout,
        wait_greeting=wait_greeting,
        hold_greeting=hold_greeting,
        maximum_queue_size=size,
        maximum_queue_wait_time=wait_time,
        from_number_callout_to_agent=from_number,
        get_list_agents_url=agents_url,
        cond_routing=cond_routing,
    )
    if ensure:
        context.ensured("queue", await context.client.queues.ensure(name=name, **fields))
    else:
        context.done("queue", "created", id=(await context.client.queues.create(name=name, **fields)).id)


@command(app, "update")
async def update_queue(
    context: StringeeContext,
    queue_id: Annotated[str, typer.Argument(metavar="QUEUE_ID", help="The queue's id.")],
    name: Annotated[str | None, typer.Option(help="New name.", show_default=False)] = None,
    record_calls: Record = None,
    wrap_up: WrapUp = None,
    wrap_up_time_limit: WrapUpLimit = None,
    schedule: Schedule = None,
    answer_timeout: AnswerTimeout = None,
    wait_greeting: WaitGreeting = None,
    hold_greeting: HoldGreeting = None,
    size: Size = None,
    wait_time: WaitTime = None,
    from_number: FromNumber = None,
    agents_url: AgentsUrl = None,
    cond_routing: CondRouting = None,
    clear: Clear = None,
) -> None:
    """Change fields of a queue; those not named stay as they are."""
    fields = changes(
        clear,
        CLEARABLE,
        name=name,
        record_calls=record_calls,
        agent_wrap_up_after_calls=wrap_up,
        wrap_up_time_limit=wrap_up_time_limit,
        schedule=schedule,
        wait_agent_answer_timeout=answer_timeout,
        wait_greeting=wait_greeting,
        hold_greeting=hold_greeting,
        maximum_queue_size=size,
        maximum_queue_wait_time=wait_time,
        from_number_callout_to_agent=from_number,
        get_list_agents_url=agents_url,
        cond_routing=cond_routing,
    )
    await context.client.queues.update(queue_id, **fields)
    context.done("queue", "updated", id=queue_id)


@command(app, "delete")
async def delete_queues(
    context: StringeeContext,
    queue_ids: Annotated[
        list[str], typer.Argument(metavar="QUEUE_ID...", help="Ids of the queues to delete.")
    ],
    missing_ok: MissingOk = False,
) -> None:
    """Delete queues by id, without asking."""
    await context.delete(
        "queue",
        queue_ids,
        lambda queue_id: context.client.queues.delete(queue_id),
        missing_ok=missing_ok,
    )
