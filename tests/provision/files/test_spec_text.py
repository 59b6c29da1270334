"""A specification as files: stable bytes, and reading them gives the specification again, however unpleasant its names."""

from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stringee_async.provision.files.load import load, loads
from stringee_async.provision.files.spec_text import INLINE_MOST, spec_files
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)
from stringee_async.provision.things import Allowance, Limits

UNPLEASANT = [
    "no", "Null", "~", "0123", "1e3", "y", "- a", "a: b", "a #b", "#a", "'", '"', "\\", "{a}", "[", "*a", "&a", "!a",
    "%a", "@a", "`a", "? a", "|", ">", "=1+1", "+84", "-1", "@sum", "'=1", "Nguyễn Văn Ân", "😀 🇻🇳", "a\u00a0b",
    "\ufeffa", "e\u0301" * 2, "...", "---", "<<", "2024-01-02", "0x10", "a, b", "a|b", "a;b", "a; b|", "x?y", "\u200da",
]  # fmt: skip


def bare(spec: Spec) -> Spec:
    """Return a specification as it is compared: sorted, and without the files that it comes from."""

    def plain(things: tuple | None) -> tuple | None:
        if things is None:
            return None
        found = [attrs.evolve(thing, file="", line=0) for thing in things]
        return tuple(sorted(found, key=lambda thing: getattr(thing, "user_id", getattr(thing, "name", ""))))

    return attrs.evolve(
        spec, agents=plain(spec.agents), groups=plain(spec.groups), queues=plain(spec.queues), sources=()
    )


def read_again(files: dict[str, bytes], folder: Path, country: str | None = None) -> Spec:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return load(folder / "centre.yaml", phone_country=country)


def test_the_canonical_text() -> None:
    spec = Spec(
        vendor="stringee",
        agents=(
            AgentSpec(user_id="u.binh", name="no", phone="84901234567", groups=("Sales", "Support L2")),
            AgentSpec(
                user_id="u.an",
                was="an",
                id="7",
                x={"stringee": {"b": [1, 1e16, "1"], "a": {"token": "hush"}}},
            ),
        ),
        groups=(
            GroupSpec(name="Support L2", agents=("u.binh", "u.an"), manage="full"),
            GroupSpec(name="Sales", agents=()),
        ),
        queues=(
            QueueSpec(
                name="Hotline",
                fields={"wrap_up_time_limit": 20, "record_calls": False, "wait_greeting": None},
                groups=(RouteSpec(name="Support L2", primary=False), RouteSpec(name="Sales")),
                agents=(QueueAgentSpec(user_id="u.an", level=1),),
            ),
        ),
        agents_section=SectionSpec(manage="full", ignore=("svc-*",)),
        on_leave="delete",
        absent=AbsentSpec(queues=("Old",)),
        limits=Limits(delete=Allowance(percent=2.5, count=20)),
    )
    ids = {("agent", ("u.an",)): "agt\n1", ("group", ("Sales",)): "g2"}
    files = spec_files(spec, ids=ids)  # type: ignore[arg-type]
    assert list(files) == ["centre.yaml"]
    assert (
        files["centre.yaml"].decode()
        == """\
version: 1
vendor: stringee
agents:
  manage: full
  ignore: ["svc-*"]
  on_leave: delete
  list:
    - user_id: u.an  # agt\\n1
      was: an
      id: "7"
      x-stringee: {"a": {}, "b": [1, 10000000000000000, "1"]}
    - user_id: u.binh
      name: "no"
      phone: "84901234567"
      groups: [Sales, Support L2]
groups:
  - name: Sales  # g2
    agents: []
  - name: Support L2
    agents:
      - u.an
      - u.binh
    manage: full
queues:
  - name: Hotline
    record_calls: false
    wrap_up_time_limit: 20
    wait_greeting: null
    groups:
      - Sales
      - {name: Support L2, primary: false}
    agents:
      - {user_id: u.an, level: 1}
absent:
  queues:
    - Old
limits:
  delete: {percent: 2.5, count: 20}
"""
    )
    again = loads(files["centre.yaml"])
    assert spec_files(again, ids=ids) == files  # type: ignore[arg-type]


def test_half_a_character_is_written_as_a_lost_one() -> None:
    files = spec_files(Spec(groups=(GroupSpec(name="a\ud800"),)))
    assert files["centre.yaml"].decode().endswith('name: "a\ufffd"\n')


def test_nothing_stated_is_nothing_written() -> None:
    assert spec_files(Spec()) == {"centre.yaml": b"version: 1\n"}
    empty = Spec(agents=(), groups=(), queues_section=SectionSpec(manage="full"))
    assert bare(loads(spec_files(empty)["centre.yaml"])) == empty


def test_many_agents_stand_in_a_roster_and_those_that_it_cannot_hold_do_not(tmp_path: Path) -> None:
    agents = tuple(
        AgentSpec(
            user_id=f"u{number:03}", name="=1+1" if number == 1 else f"Nguyễn {number}", groups=("Sales",)
        )
        for number in range(INLINE_MOST)
    )
    odd = (
        AgentSpec(user_id="bar", groups=("a|b",)),
        AgentSpec(user_id="foreign", groups=(), x={"stringee": {"a": 1}}),
        AgentSpec(user_id="unstated"),
        AgentSpec(user_id="doubt", name="x?y", groups=()),
    )
    spec = Spec(agents=(*odd, *agents))
    files = spec_files(spec, ids={("agent", ("u001",)): "=a1"})
    assert list(files) == ["centre.yaml", "roster.csv"]
    assert files["roster.csv"].decode("utf-8-sig").splitlines()[:3] == [
        "user_id,name,groups,#id",
        "u000,Nguyễn 0,Sales,",
        "u001,'=1+1,Sales,'=a1",
    ]
    assert files["centre.yaml"].count(b"user_id") == len(odd)
    again = read_again(files, tmp_path)
    assert bare(again) == bare(spec)
    assert spec_files(again, ids={("agent", ("u001",)): "=a1"}) == files


def test_numbers_in_a_roster_are_read_the_same_whatever_the_country_of_national_ones(tmp_path: Path) -> None:
    numbers = ("14155550100", "901234567", "84901234567", "4915112345678")
    agents = tuple(AgentSpec(user_id=f"u{index:02}", phone=phone) for index, phone in enumerate(numbers * 13))
    files = spec_files(Spec(agents=agents))
    assert files["roster.csv"].splitlines()[1] == b"u00,'+14155550100"
    for country in (None, "VN", "DE", "RU"):
        assert bare(read_again(files, tmp_path, country)).agents == agents


@pytest.mark.parametrize("more", [0, INLINE_MOST])
def test_unpleasant_names_come_back(more: int, tmp_path: Path) -> None:
    good = [name for name in UNPLEASANT if not name.startswith(("\ufeff", "\u200d", "e\u0301"))]
    agents = [AgentSpec(user_id=f"a{number}", name=name, groups=(name,)) for number, name in enumerate(good)]
    agents += [AgentSpec(user_id=f"b{number}", groups=()) for number in range(more)]
    spec = Spec(
        agents=tuple(agents),
        groups=tuple(GroupSpec(name=name) for name in good),
        queues=tuple(QueueSpec(name=name, groups=(RouteSpec(name=name, primary=True),)) for name in good),
        absent=AbsentSpec(queues=("none",)),
    )
    files = spec_files(spec)
    assert ("roster.csv" in files) == bool(more)
    assert bare(read_again(files, tmp_path)) == bare(spec)


TEXTS = st.text(min_size=1, max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(-1e20, 1e20) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=st.dictionaries(TEXTS, VALUES, max_size=3))
@example(value={name: name for name in UNPLEASANT})
@example(value={"": ["", "\x00\x85\u2028", "\U000e0001"]})
def test_any_foreign_value_comes_back(value: dict[str, object]) -> None:
    spec = Spec(groups=(GroupSpec(name="A", x={"ringme": value}),))
    files = spec_files(spec)
    assert files == spec_files(spec)
    again = loads(files["centre.yaml"])
    assert again.groups is not None
    assert again.groups[0].x == {"ringme": value}
