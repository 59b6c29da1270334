"""The state of one Stringee project: its tables, and methods that fill them.

The emulator's own choices, where nothing is documented: deleting an agent removes its memberships; deleting a
group removes its memberships and routings; deleting a queue removes its routings; deleting an IVR tree or
node removes what lies below it. A tree whose root is deleted gets its oldest node as root. Numbers and keys keep
pointing at queues, trees and nodes that are gone.
"""

from collections.abc import Mapping
from typing import Any

from ..dialect import Services
from ..state import Row
from .call_state import StringeeCalls
from .settings import StringeeSettings
from .tables import GREETING_FILES, RESOURCES

_CHILDREN: dict[str, tuple[tuple[str, str], ...]] = {
    "agents": (("group_agents", "agent_id"),),
    "groups": (("group_agents", "group_id"), ("group_routings", "group_id")),
    "queues": (("group_routings", "queue_id"),),
    "ivr_trees": (("ivr_nodes", "tree"),),
    "ivr_nodes": (("ivr_keypresses", "node"),),
}
_PREFIXES = {resource.noun: resource.prefix for resource in RESOURCES}


class StringeeState(StringeeCalls):
    """The tables of one project; each maps an id to a read-only, wire-shaped row.

    Args:
        project: the project's number on the wire.
        account: the account's number on the wire.
        seed: start of the source of ids.
        services: what the emulator gives its dialects.
        settings: the vendor settings.
    """

    def __init__(
        self, project: int, account: int, seed: str, services: Services, settings: StringeeSettings
    ) -> None:
        super().__init__(project, account, seed, services, settings)
        self._name_tables()
        self._open_call_host()
        self.online_users: list[Row] = []
        """Users that are logged in, wire-shaped, oldest login first; see ``add_online_user``."""
        self.sip_accounts: dict[str, Row] = {}
        """SIP accounts by user name, with their passwords."""

    def _name_tables(self) -> None:
        self.agents = self.tables["agents"]
        """Agents by id."""
        self.groups = self.tables["groups"]
        """Groups by id."""
        self.queues = self.tables["queues"]
        """Queues by id."""
        self.group_agents = self.tables["group_agents"]
        """Memberships by an id that the wire does not show."""
        self.group_routings = self.tables["group_routings"]
        """Routings by id."""
        self.numbers = self.tables["numbers"]
        """Numbers by id."""
        self.ivr_trees = self.tables["ivr_trees"]
        """IVR trees by id."""
        self.ivr_nodes = self.tables["ivr_nodes"]
        """IVR nodes by id."""
        self.ivr_keypresses = self.tables["ivr_keypresses"]
        """IVR key presses by id."""
        self.blacklist_numbers = self.tables["blacklist_numbers"]
        """Blacklisted numbers by id."""

    def _open_call_host(self) -> None:
        self.custom_messages: list[Row] = []
        """Every custom message that was sent to a user, as it came."""
        self.sms: list[Row] = []
        """Every text message that was sent, as it came."""
        self.sms_refused: set[str] = set()
        """Numbers to which no text message is sent."""
        self.greeting_files: dict[str, Row] = {}
        """Greeting files by id."""
        self.greeting_contents: dict[str, bytes] = {}
        """The content of each."""
        self.sip_phones: dict[str, Row] = {}
        """SIP phones of the call host by user name, with their passwords."""
        self.rooms: dict[str, Row] = {}
        """Rooms by id."""

    def insert(self, noun: str, values: Mapping[str, Any]) -> str:
        """Add a row of any resource and return its id; columns that are missing get their defaults.

        Uniqueness and references are not checked; ValueError for a column that the resource does not have.
        """
        key = self._ids.make(_PREFIXES[noun])
        if noun == "ivr_keypresses":
            values = {**values, "tree": self.ivr_nodes[values["node"]]["tree"]}
        self.add_row(noun, key, self.head(noun, key), values)
        if noun == "ivr_nodes" and self.ivr_trees[values["tree"]]["root_node"] == "":
            self.ivr_trees.change(values["tree"], root_node=key)
        return key

    def head(self, noun: str, key: str) -> Row:
        """The columns of a row that no body sets: its id, account and project."""
        return {**super().head(noun, key), "account": self.account, "project": self.project}

    def hide(self, key: str, until: float) -> None:
        """Hide the row with this id from lists and look-ups until that monotonic time in seconds."""
        noun = next(noun for noun, table in self.tables.items() if key in table)
        self.hidden.hide((noun, key), until)

    def remove(self, noun: str, key: str) -> None:
        """Remove a row and what depends on it; KeyError if there is no such row."""
        row = self.tables[noun].pop(key)
        for child, column in _CHILDREN.get(noun, ()):
            for child_key in self.tables[child].where(**{column: key}):
                self.remove(child, child_key)
        tree = self.ivr_trees.get(row["tree"]) if noun == "ivr_nodes" else None
        if tree is not None and tree["root_node"] == key:
            nodes = self.ivr_nodes.where(tree=row["tree"])
            self.ivr_trees.change(row["tree"], root_node=nodes[0] if nodes else "")

    def add_agent(self, name: str, stringee_user_id: str, **columns: Any) -> str:
        """Add an agent, with more columns in wire form, and return its id."""
        return self.insert("agents", {"name": name, "stringee_user_id": stringee_user_id, **columns})

    def add_group(self, name: str) -> str:
        """Add a group and return its id."""
        return self.insert("groups", {"name": name})

    def add_queue(self, name: str, **columns: Any) -> str:
        """Add a queue, with more columns in wire form, and return its id."""
        return self.insert("queues", {"name": name, **columns})

    def add_membership(self, group_id: str, agent_id: str) -> str:
        """Put an agent into a group and return the hidden id of the membership."""
        return self.insert("group_agents", {"group_id": group_id, "agent_id": agent_id})

    def add_routing(self, queue_id: str, group_id: str, primary_group: int = 1) -> str:
        """Route a queue to a group and return the routing's id."""
        return self.insert(
            "group_routings", {"queue_id": queue_id, "group_id": group_id, "primary_group": primary_group}
        )

    def add_number(self, number: str, **columns: Any) -> str:
        """Add a number that may call out and has no IVR, with more columns in wire form, and return its id."""
        return self.insert(
            "numbers", {"number": number, "allow_outbound_calls": 1, "enable_ivr": 0, **columns}
        )

    def add_ivr_tree(self, tree_name: str) -> str:
        """Add an IVR tree without nodes and return its id."""
        return self.insert("ivr_trees", {"tree_name": tree_name})

    def add_ivr_node(self, tree: str, node_name: str, **columns: Any) -> str:
        """Add a node that speaks its name, with more columns in wire form, and return its id."""
        values = {"node_name": node_name, "node_play_mode": "talk", "node_play_content": node_name}
        return self.insert("ivr_nodes", {"tree": tree, **values, **columns})

    def add_online_user(self, user_id: str, login_time: int = 0, **attributes: str) -> None:
        """Add a user who logged in at that time, in milliseconds since 1970.

        ``attributes`` is what the user's app has set, for instance ``agentStatus="available"``.
        """
        pairs = [{"attribute": name, "value": value} for name, value in attributes.items()]
        self.online_users.append({"loginTime": login_time, "attributes": pairs, "userId": user_id})

    def new_room_id(self) -> str:
        """Make the id of a room."""
        return self._ids.make("room-vn-1-")

    def new_file_id(self) -> str:
        """Make the id of a greeting file."""
        return self._ids.make(GREETING_FILES.prefix)

    def seed_agents(self, count: int, prefix: str = "agent") -> list[str]:
        """Add many agents and return their ids in order; ``agent 0`` with user id ``agent.0`` is the first."""
        return [self.add_agent(f"{prefix} {number}", f"{prefix}.{number}") for number in range(count)]
