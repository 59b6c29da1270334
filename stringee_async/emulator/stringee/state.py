"""What one Stringee project holds: its tables, and ways to fill them without going over the wire.

The emulator's own choices, where nothing is documented: deleting an agent removes its memberships; deleting a
group removes its memberships and routings; deleting a queue removes its routings; deleting an IVR tree or
node removes what lies below it. Numbers keep pointing at queues and trees that are gone.
"""

from typing import Any

from ..hidden import Hidden
from ..state import Ids, Row, Table
from .tables import CALL_SETTINGS, RESOURCES, Resource

_CHILDREN: dict[str, tuple[tuple[str, str], ...]] = {
    "agents": (("group_agents", "agent_id"),),
    "groups": (("group_agents", "group_id"), ("group_routings", "group_id")),
    "queues": (("group_routings", "queue_id"),),
    "ivr_trees": (("ivr_nodes", "tree"),),
    "ivr_nodes": (("ivr_keypresses", "node"),),
}
_BY_NOUN = {resource.noun: resource for resource in RESOURCES}
_DEFAULTS: dict[str, Row] = {
    resource.noun: {field.name: field.default for field in resource.fields} | dict(resource.fixed)
    for resource in RESOURCES
}
_COLUMNS = {noun: row.keys() for noun, row in _DEFAULTS.items()}


class StringeeState:
    """The tables of one project; each maps an id to a read-only, wire-shaped row.

    Args:
        project: the project's number as it appears on the wire.
        account: the account's number as it appears on the wire.
        seed: start of the source of ids.
    """

    def __init__(self, project: int, account: int, seed: str) -> None:
        self.project = project
        self.account = account
        self.tables: dict[str, Table] = {resource.noun: _table(resource) for resource in RESOURCES}
        self.call_settings: Row = {"account": account, "project": project, **dict(CALL_SETTINGS)}
        self.online_users: list[Row] = []
        """Users that are logged in, wire-shaped, oldest login first; see ``add_online_user``."""
        self.custom_messages: list[Row] = []
        """Every custom message that was sent to a user, as it came."""
        self._ids = Ids(seed)
        self.hidden: Hidden[str] = Hidden()
        """The ids of rows that are stored and cannot be seen yet."""

    @property
    def agents(self) -> Table:
        """Agents by id."""
        return self.tables["agents"]

    @property
    def groups(self) -> Table:
        """Groups by id."""
        return self.tables["groups"]

    @property
    def queues(self) -> Table:
        """Queues by id."""
        return self.tables["queues"]

    @property
    def group_agents(self) -> Table:
        """Memberships by an id that the wire does not show."""
        return self.tables["group_agents"]

    @property
    def group_routings(self) -> Table:
        """Routings by id."""
        return self.tables["group_routings"]

    @property
    def numbers(self) -> Table:
        """Numbers by id."""
        return self.tables["numbers"]

    @property
    def ivr_trees(self) -> Table:
        """IVR trees by id."""
        return self.tables["ivr_trees"]

    @property
    def ivr_nodes(self) -> Table:
        """IVR nodes by id."""
        return self.tables["ivr_nodes"]

    @property
    def ivr_keypresses(self) -> Table:
        """IVR key presses by id."""
        return self.tables["ivr_keypresses"]

    @property
    def blacklist_numbers(self) -> Table:
        """Blacklisted numbers by id."""
        return self.tables["blacklist_numbers"]

    def insert(self, resource: Resource, values: Row) -> str:
        """Add a row of any resource and return its id; uniqueness and references are not checked.

        Args:
            resource: what it is.
            values: its columns, all known to the resource; those missing get their defaults.
        """
        key = self._ids.make(resource.prefix)
        row: Row = {"id": key} if resource.id_key else {}
        row |= {"account": self.account, "project": self.project}
        row |= _DEFAULTS[resource.noun]
        row |= values
        if resource.noun == "ivr_keypresses":
            row["tree"] = self.ivr_nodes[row["node"]]["tree"]
        self.tables[resource.noun][key] = row
        if resource.noun == "ivr_nodes" and self.ivr_trees[row["tree"]]["root_node"] == "":
            self.ivr_trees.change(row["tree"], root_node=key)
        return key

    def hide(self, key: str, until: float) -> None:
        """Let lists and look-ups miss a row for a while.

        Args:
            key: its id.
            until: monotonic time in seconds at which it appears.
        """
        self.hidden.hide(key, until)

    def remove(self, noun: str, key: str) -> None:
        """Remove a row and what depends on it.

        Args:
            noun: its resource, for instance ``groups``.
            key: its id.

        Raises:
            KeyError: there is no such row.
        """
        del self.tables[noun][key]
        for child, column in _CHILDREN.get(noun, ()):
            for child_key in self.tables[child].where(**{column: key}):
                self.remove(child, child_key)

    def add_agent(self, name: str, stringee_user_id: str, **columns: Any) -> str:
        """Add an agent and return its id.

        Args:
            name: the agent's name.
            stringee_user_id: the id the agent logs in with.
            columns: more columns, in wire form.
        """
        return self._add("agents", {"name": name, "stringee_user_id": stringee_user_id, **columns})

    def add_group(self, name: str) -> str:
        """Add a group and return its id."""
        return self._add("groups", {"name": name})

    def add_queue(self, name: str, **columns: Any) -> str:
        """Add a queue and return its id.

        Args:
            name: the queue's name.
            columns: more columns, in wire form.
        """
        return self._add("queues", {"name": name, **columns})

    def add_membership(self, group_id: str, agent_id: str) -> str:
        """Put an agent into a group and return the hidden id of the membership."""
        return self._add("group_agents", {"group_id": group_id, "agent_id": agent_id})

    def add_routing(self, queue_id: str, group_id: str, primary_group: int = 1) -> str:
        """Route a queue to a group and return the routing's id."""
        return self._add(
            "group_routings", {"queue_id": queue_id, "group_id": group_id, "primary_group": primary_group}
        )

    def add_online_user(self, user_id: str, login_time: int = 0, **attributes: str) -> None:
        """Log a user in.

        Args:
            user_id: the user's id.
            login_time: milliseconds since 1970.
            attributes: what the user's app has set, for instance ``agentStatus="available"``.
        """
        pairs = [{"attribute": name, "value": value} for name, value in attributes.items()]
        self.online_users.append({"loginTime": login_time, "attributes": pairs, "userId": user_id})

    def seed_agents(self, count: int, prefix: str = "agent") -> list[str]:
        """Add many agents, with names and user ids numbered from 0, and return their ids in order.

        Args:
            count: how many.
            prefix: how names and user ids begin: ``agent 0`` and ``agent.0``.
        """
        return [self.add_agent(f"{prefix} {number}", f"{prefix}.{number}") for number in range(count)]

    def _add(self, noun: str, values: Row) -> str:
        """Add a row of a resource given by name; refuses columns that the resource does not have."""
        if unknown := values.keys() - _COLUMNS[noun]:
            raise ValueError(f"{noun} have no column {', '.join(sorted(unknown))}")
        return self.insert(_BY_NOUN[noun], values)


def _table(resource: Resource) -> Table:
    """Make a resource's table with the indexes that its rules need."""
    indexes: set[tuple[str, ...]] = {(field.name,) for field in resource.fields if field.refers}
    if resource.natural:
        indexes.add(resource.natural)
    return Table(*sorted(indexes))
