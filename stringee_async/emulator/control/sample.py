"""A sample centre: enough of everything to look around in."""

from typing import Any

from ..itniotech.state import ItniotechState
from ..ringme.state import RingMeState
from ..stringee.state import StringeeState
from .host import Host
from .replies import RefusedError

_PEOPLE = (
    "Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Phạm Quốc Dũng", "Hoàng Thu Hà", "Vũ Đức Huy", "Đặng Lan Anh",
    "Bùi Thanh Khoa", "Đỗ Mai Linh", "Hồ Gia Minh", "Ngô Bảo Ngọc", "Dương Hải Phong", "Lý Như Quỳnh", "Phan Tuấn Sơn",
    "Võ Thảo Trang", "Đinh Công Tú", "Mai Ánh Tuyết", "Trịnh Văn Việt", "Cao Hải Yến", "Tạ Hoài Nam",
)  # fmt: skip
_GROUPS = ("Sales", "Support", "Billing", "Night shift")
_QUEUES = ("Hotline", "Orders", "Complaints")
_NUMBERS = ("842871000001", "842871000002", "842871000003")


def load(host: Host) -> dict[str, Any]:
    """Fill the first account of each vendor that is still empty; 409 if none is."""
    added: dict[str, int] = {}
    for dialect in host.dialects:
        state: Any = dialect.accounts[0]
        if any(len(table) for table in state.tables.values()):
            continue
        if isinstance(state, StringeeState):
            _stringee(state)
        elif isinstance(state, RingMeState):
            _ringme(state)
        elif isinstance(state, ItniotechState):
            _itniotech(state)
        added[dialect.vendor] = sum(len(table) for table in state.tables.values())
    if not added:
        raise RefusedError("there is something already; reset first", 409)
    return {"added": added}


def _stringee(state: StringeeState) -> None:
    agents = [state.add_agent(name, f"agent.{number:02}") for number, name in enumerate(_PEOPLE, 1)]
    groups = [state.add_group(name) for name in _GROUPS]
    for number, agent in enumerate(agents):
        state.add_membership(groups[number % len(groups)], agent)
    queues = [state.add_queue(name) for name in _QUEUES]
    for number, queue in enumerate(queues):
        state.add_routing(queue, groups[number], 1)
        state.add_routing(queue, groups[-1], 0)
    tree = state.add_ivr_tree("Main menu")
    node = state.add_ivr_node(tree, "Welcome")
    for pressed, queue in enumerate(queues, 1):
        state.insert(
            "ivr_keypresses", {"node": node, "node_key": f"{pressed}", "action": 2, "queue_id": queue}
        )
    state.add_number(_NUMBERS[0], enable_ivr=1, ivr_menu=tree)
    for called, queue in zip(_NUMBERS[1:], queues, strict=False):
        state.add_number(called, queue_id=queue)
    now = int(state.now())
    for hours in range(24, 0, -1):
        began = (now - hours * 3600) * 1000
        seconds = 20 + hours * 7 % 240
        state.add_call(
            began, answer_time=began + 6_000, stop_time=began + 6_000 + seconds * 1000, answer_duration=seconds,
            from_number=f"8490{1_000_000 + hours * 37_511}", to_number=_NUMBERS[hours % len(_NUMBERS)],
        )  # fmt: skip


def _ringme(state: RingMeState) -> None:
    phones = [state.add_extension(f"{100 + number}", label=name) for number, name in enumerate(_PEOPLE[:12])]
    queues = [
        state.add_extension(f"{500 + number}", "queue", label=name) for number, name in enumerate(_QUEUES)
    ]
    for number, phone in enumerate(phones):
        agent = state.add_agent("local", extension_id=phone, name=_PEOPLE[number])
        state.add_queue_agent(queues[number % len(queues)], "local", agent, position=number)
    remote = state.add_agent("remote", number="79031234567", name="On call")
    state.add_queue_agent(queues[0], "remote", remote, level=1)
    for number, queue in enumerate(queues):
        state.add_did(f"7495100{number:04}", queue)
    for number, phone in enumerate(phones):
        state.call_history.add(phone, seconds=30 + number * 17)


def _itniotech(state: ItniotechState) -> None:
    groups = [state.add_group(name) for name in _GROUPS[:3]]
    for group in groups:
        state.add_agents(group, 6)
    state.add_team_leader("Team leader", groups)
    state.add_trunk("Singapore", groups)
    for _ in range(12):
        state.add_record()
    state.add_task(groups[:1], [f"65800000{number:02}" for number in range(20)])
