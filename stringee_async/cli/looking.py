"""Which commands list the objects that an operation is about, for messages that say "look what is there"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from .vendor import Vendor


@attrs.frozen
class _Commands:
    """Where the objects of a resource are seen.

    Args:
        own: The command that shows them; None if there is none.
        parents: The commands that list what they belong to.
        ids: The command that lists their ids, where `own` does not.
    """

    own: str | None
    parents: tuple[str, ...] = ()
    ids: str | None = None


_COMMANDS: Final = {
    Vendor.STRINGEE: {
        "agents": _Commands("agents list"),
        "groups": _Commands("groups list"),
        "group_agents": _Commands("members list GROUP_ID", ("groups list", "agents list")),
        "queues": _Commands("queues list"),
        "group_routings": _Commands("routings list QUEUE_ID", ("queues list", "groups list")),
        "users": _Commands(None, ("users list",)),
        "numbers": _Commands("numbers list", ("ivr-trees list", "queues list")),
        "blacklist_numbers": _Commands("blacklist list"),
        "ivr_trees": _Commands("ivr-trees list"),
        "ivr_nodes": _Commands("ivr-nodes list TREE_ID", ("ivr-trees list",)),
        "ivr_keypresses": _Commands("ivr-keys list NODE_ID", ("ivr-trees list", "queues list")),
        "sip_accounts": _Commands("sip-accounts list"),
        "calls": _Commands("calls list"),
        "call_records": _Commands("calls list"),
        "recordings": _Commands("calls list"),
    },
    Vendor.RINGME: {
        "agents": _Commands("agents list", ("extensions list",)),
        "agent_events": _Commands("agent-events list AGENT_ID --kind KIND", ("agents list",)),
        "queues": _Commands("queues get EXTENSION_ID", ids="extensions list --type queue"),
        "queue_agents": _Commands(
            "queue-agents list EXTENSION_ID", ("extensions list --type queue", "agents list")
        ),
        "extensions": _Commands("extensions list"),
        "extension_events": _Commands(None, ("extensions list",)),
        "current_calls": _Commands("current-calls list", ("extensions list",)),
        "callback": _Commands("current-calls list", ids="extensions list"),
    },
    Vendor.ITNIOTECH: {
        "agents": _Commands("agents list", ("agent-groups list",)),
        "agent_groups": _Commands("agent-groups list"),
        "team_leaders": _Commands("team-leaders list", ("agent-groups list",)),
        "call_records": _Commands("call-records list", ("agent-groups list",)),
        "calls": _Commands("calls list", ids="agents list"),
        "sip_trunks": _Commands("sip-trunks list", ("agent-groups list",)),
        "tasks": _Commands("tasks list", ("agent-groups list",)),
        "phones": _Commands("phones list"),
        "phone_calls": _Commands("phone-records list", ids="phones list"),
        "voice_files": _Commands("voice-files list"),
        "group_calls": _Commands("group-call-records list", ids="voice-files list"),
        "voice_codes": _Commands("group-call-records list"),
    },
}
_OF_PARENTS: Final = frozenset(
    {"list", "create", "create_many", "add", "ensure", "remaining", "set_priority"}
)
"""Operations at whose "not found" the object that is meant is one that others belong to."""


def changed_by(operation: str, vendor: Vendor) -> str | None:
    """Return the command that shows what an operation changes, or None if there is none."""
    known = _commands(operation, vendor)
    return None if known.own is None else _for(known.own, vendor)


def where_ids_are(operation: str, vendor: Vendor) -> str:
    """Return the commands that list the ids which an operation takes, as words of a sentence, or an empty text."""
    known, verb = _commands(operation, vendor), operation.rpartition(".")[2]
    found: Iterable[str | None] = (known.ids or known.own,)
    if known.parents and verb in _OF_PARENTS:
        found = known.parents[:1] if verb == "list" else known.parents
    return commands(_for(command, vendor) for command in found if command is not None)


def commands(found: Iterable[str]) -> str:
    """Return commands as words of a sentence."""
    return " and ".join(f"`stringee-async {command}`" for command in found)


def _commands(operation: str, vendor: Vendor) -> _Commands:
    return _COMMANDS[vendor].get(operation.partition(".")[0], _Commands(None))


def _for(command: str, vendor: Vendor) -> str:
    return command if vendor is Vendor.STRINGEE else f"{command} --vendor {vendor}"
