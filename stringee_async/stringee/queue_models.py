"""What a queue is, and the rule of each field that can be set of it.

One job: the model and the fields. What can be done with queues is in `queues`. Source of every fact here:
developer.stringee.com, pcc-rest-api/contact-center-queue-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from ..core.decoding import Loader
from ..core.field_rules import Whole, count, file_name, one_or_two, seconds, web_address
from ..core.fields import label
from ..core.model import Model, as_struct
from ..core.validation import Check, boolean, phone_number
from .pages import PageReader


@as_struct
@attrs.frozen(kw_only=True)
class Queue(Model):
    """A queue, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account the queue is in.
        project: Project the queue is in.
        name: The queue's name.
        record_calls: Whether calls are recorded; the vendor's default is True.
        agent_wrap_up_after_calls: Whether agents get a pause for notes after a call; default True.
        wrap_up_time_limit: Length of that pause in seconds; default 10.
        schedule: 1 always open, 2 business hours; default 1.
        wait_agent_answer_timeout: Seconds to ring an agent, at least 3; default 15.
        wait_greeting: File name of an uploaded greeting for those who wait.
        hold_greeting: File name of an uploaded greeting for those on hold.
        maximum_queue_size: Callers who may wait; announced by the vendor, not yet in force; default 5.
        maximum_queue_wait_time: Seconds a caller may wait; announced, not yet in force; default 60.
        from_number_callout_to_agent: Caller id when an agent's phone is rung; digits with country code.
        get_list_agents_url: Your server that chooses agents; without it they come from the queue's groups.
        cond_routing: 1 only agents online in web or app, 2 also SIP; default 1.
        enable_voicemail: Whether callers may leave a message; read only.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    name: str | None = None
    record_calls: bool | None = None
    agent_wrap_up_after_calls: bool | None = None
    wrap_up_time_limit: int | None = None
    schedule: int | None = None
    wait_agent_answer_timeout: int | None = None
    wait_greeting: str | None = None
    hold_greeting: str | None = None
    maximum_queue_size: int | None = None
    maximum_queue_wait_time: int | None = None
    from_number_callout_to_agent: str | None = None
    get_list_agents_url: str | None = None
    cond_routing: int | None = None
    enable_voicemail: bool | None = None


LOADER: Final = Loader(Queue)
PAGES: Final = PageReader(LOADER, "queues")


KEY_RULES: Final[Mapping[str, Check]] = MappingProxyType({"name": label})
RULES: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "record_calls": boolean,
        "agent_wrap_up_after_calls": boolean,
        "wrap_up_time_limit": seconds,
        "schedule": one_or_two,
        "wait_agent_answer_timeout": Whole(3, 86_400),
        "wait_greeting": file_name,
        "hold_greeting": file_name,
        "maximum_queue_size": count,
        "maximum_queue_wait_time": seconds,
        "from_number_callout_to_agent": phone_number,
        "get_list_agents_url": web_address,
        "cond_routing": one_or_two,
    }
)
