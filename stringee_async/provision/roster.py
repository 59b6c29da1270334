"""The contact centre that a roster describes: queues, groups and people, as frozen values.

One job: what a roster holds, and what follows from it. Reading one from a file is the business of `roster_file`.
"""

from __future__ import annotations

from typing import Literal

import attrs

Routing = Literal["app", "phone"]


@attrs.frozen(kw_only=True)
class RosterAgent:
    """One person.

    Args:
        user_id: The id the agent logs in with.
        name: Name.
        phone: Digits with country code, or None.
        routing: Where calls ring: `"app"` (app or SIP phone) or `"phone"`.
        groups: Names of the agent's groups.
    """

    user_id: str
    name: str
    phone: str | None
    routing: Routing
    groups: tuple[str, ...]


@attrs.frozen(kw_only=True)
class RosterQueue:
    """One queue and the groups that its calls go to.

    Args:
        name: Name.
        phone: Caller id when an agent's phone is rung, or None.
        groups: Names of the groups asked first.
        backup_groups: Names of the groups asked when no agent in the first ones is free.
    """

    name: str
    phone: str | None
    groups: tuple[str, ...]
    backup_groups: tuple[str, ...]


@attrs.frozen
class Roster:
    """A whole contact centre.

    Args:
        agents: The people, in the order of the file.
        queues: The queues, in the order of the file.
    """

    agents: tuple[RosterAgent, ...]
    queues: tuple[RosterQueue, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of all groups that have an agent, sorted."""
        return tuple(sorted({group for agent in self.agents for group in agent.groups}))

    @property
    def memberships(self) -> tuple[tuple[str, str], ...]:
        """Every (group name, user id)."""
        return tuple((group, agent.user_id) for agent in self.agents for group in agent.groups)

    @property
    def routings(self) -> tuple[tuple[str, str, int], ...]:
        """Every (queue name, group name, 1 for asked first or 0 for backup)."""
        return tuple(
            (queue.name, group, primary)
            for queue in self.queues
            for groups, primary in ((queue.groups, 1), (queue.backup_groups, 0))
            for group in groups
        )
