"""A plan as text: what a person approves, whatever stands in the names."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async.core.errors import ConfigError
from stringee_async.provision.plan import Plan, Refusal
from stringee_async.provision.unit import Action, Unit

SAMPLE = Plan(
    vendor="stringee",
    account="project 246",
    units=(
        Unit(kind="queue", action="remove", key=("Old hotline",), reason="absent:; had 2 groups, no number"),
        Unit(kind="agent", action="create", key=("u.chi",), fields={"name": "Chi", "routing": "app"}),
        Unit(kind="agent", action="change", key=("u.an",), fields={"name": "An N."}, before={"name": "An"}),
        Unit(kind="link", action="create", key=("Sales", "u.chi"), after=("create agent u.chi",)),
        Unit(
            kind="route",
            action="change",
            key=("Hotline", "Support L2"),
            fields={"primary": False},
            before={"primary": True},
        ),
        Unit(kind="group", action="rename", key=("Support L2",), old_key=("Support second",)),
    ),
    refusals=(
        Refusal(guard="unlink", text="212 agents would lose their last group (limit 100).", number=212),
    ),
    unchanged=2997,
    left_alone={"agent": tuple(f"svc-{index}" for index in range(14)), "group": ("Tests",)},
    cannot=("queue Hotline: wait_greeting",),
    notes=("two agents carry u.x: AG_1 and AG_2; neither is touched",),
    counts={"agent": 3012, "group": 41, "queue": 18, "link": 2900},
    calls=118,
    seconds=9.2,
)


def agents(number: int, action: Action = "create") -> tuple[Unit, ...]:
    return tuple(Unit(kind="agent", action=action, key=(f"u.{index:04}",)) for index in range(number))


def test_a_plan_is_read_from_top_to_bottom() -> None:
    assert SAMPLE.render(rate=8).splitlines() == [
        f"Plan {SAMPLE.digest[:8]} for stringee project 246 (read 3,012 agents, 41 groups, 18 queues in 118 calls, 9 s)",
        " ~ group   Support second -> Support L2",
        " - queue   Old hotline                    (absent:; had 2 groups, no number)",
        ' + agent   u.chi                          name "Chi", routing app',
        ' ~ agent   u.an                           name "An" -> "An N."',
        " + link    Sales                          + u.chi",
        " ~ route   Hotline/Support L2             primary true -> false",
        " ! refused: 212 agents would lose their last group (limit 100). Allow with --allow unlink=212",
        "stringee cannot hold: queue Hotline: wait_greeting",
        "Note: two agents carry u.x: AG_1 and AG_2; neither is touched",
        "Left alone: 1 group, 14 agents not in the file.  Unknown from last run: 0",
        "To do: 1 create, 1 rename, 2 change, 1 link, 1 remove, about 6 calls beside reading, about 0.8 s at 8/s. 2,997 unchanged",
        "Refused: nothing is written as long as a line with ! is there.",
    ]


def test_a_plan_without_anything_to_do_says_so() -> None:
    assert Plan(vendor="ringme", unchanged=5).render().splitlines()[1:] == [
        "Left alone: nothing.  Unknown from last run: 0",
        "Nothing to do. 5 unchanged",
    ]


def test_long_lists_are_folded_and_counted_and_verbose_shows_all() -> None:
    plan = Plan(vendor="stringee", units=agents(3000), left_alone={"agent": ("svc-1", "svc-2")})
    short, long = plan.render(), plan.render(verbose=True)
    assert "   ... and 2,980 more; --all shows all" in short.splitlines()
    assert short.count(" + agent") == 20
    assert "svc-1" not in short
    assert long.count(" + agent") == 3000
    assert "   agent: svc-1, svc-2" in long.splitlines()
    assert "more" not in Plan(vendor="stringee", units=agents(21)).render()


def test_what_is_removed_or_disabled_is_folded_later_than_the_rest() -> None:
    """A person who approves a plan sees each of the removals that the usual limits let through."""
    assert Plan(vendor="stringee", units=agents(90, "remove")).render().count(" - agent") == 90
    assert Plan(vendor="stringee", units=agents(90, "disable")).render().count(" ~ agent") == 90
    assert Plan(vendor="stringee", units=agents(200, "remove")).render().count(" - agent") == 100


def test_the_agents_of_a_group_share_a_line_and_the_hidden_are_counted() -> None:
    units = [Unit(kind="link", action="create", key=("Sales", f"u.{index:03}")) for index in range(212)]
    units.append(Unit(kind="link", action="remove", key=("Sales", "u.x"), reason="on leave"))
    plan = Plan(vendor="stringee", units=tuple(units))
    named = ", ".join(f"u.{index:03}" for index in range(8))
    assert plan.render().splitlines()[1:4] == [
        f" + link   Sales   + {named} and 204 more",
        "   ... --all shows all",
        " - link   Sales   - u.x  (on leave)",
    ]
    assert plan.render(verbose=True).count(" + link") == 212


def test_phone_numbers_are_shortened_and_still_seen_to_differ() -> None:
    unit = Unit(
        kind="agent",
        action="change",
        key=("u.an",),
        fields={"phone": "84911115678"},
        before={"phone": "84922225678"},
    )
    text = Plan(vendor="stringee", units=(unit,)).render()
    assert "phone 84...78 -> another one" in text
    assert "84911115678" not in text + Plan(vendor="stringee", units=(unit,)).render("markdown")


def test_the_refusal_names_the_number_once() -> None:
    told = Refusal(guard="delete", text="too many. Allow with --allow delete=37", number=37)
    final = Refusal(guard="reading", text="the listing is short")
    text = Plan(vendor="stringee", refusals=(told, final)).render()
    assert text.count("--allow") == 1
    assert " ! refused: the listing is short" in text.splitlines()


def test_json_is_the_plan() -> None:
    assert json.loads(SAMPLE.render("json")) == SAMPLE.to_json()
    hostile = Plan(vendor="stringee", units=(Unit(kind="group", action="create", key=("\x1b[2J\u202e",)),))
    assert "\x1b" not in hostile.render("json")
    assert json.loads(hostile.render("json")) == hostile.to_json()


def test_there_is_no_other_form() -> None:
    with pytest.raises(ConfigError, match="text, markdown or json"):
        SAMPLE.render("html")  # type: ignore[arg-type]


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(("text", "markdown")))
def test_no_name_steers_a_terminal_or_adds_a_line(name: str, other: str, form: str) -> None:
    def plan(name: str, other: str) -> Plan:
        units = (
            Unit(kind="agent", action="create", key=(name,), fields={"name": other}),
            Unit(kind="group", action="rename", key=(name,), old_key=(other,), reason=name),
            Unit(kind="link", action="remove", key=(name, other)),
            Unit(kind="route", action="change", key=(name, other), fields={"x": name}, before={"x": other}),
        )
        refusal = Refusal(guard="delete", text=name, number=1)
        return Plan(
            vendor="stringee",
            account=name,
            units=units,
            refusals=(refusal,),
            notes=(name, other),
            cannot=(other,),
            left_alone={"agent": (name,)},
        )

    for verbose in (False, True):
        text = plan(name, other).render(form, verbose=verbose)  # type: ignore[arg-type]
        plain = plan("a", "b").render(form, verbose=verbose)  # type: ignore[arg-type]
        lines = text.split("\n")
        assert len(lines) == len(plain.split("\n"))
        assert all(line.isprintable() for line in lines)
