"""What RingMe can hold of a specification, and in which words it says what it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import SpecError
from stringee_async.provision.spec import AgentSpec, QueueAgentSpec, QueueSpec, Spec
from stringee_async.provision.vendors.ringme_wish import wish_for


def fields(spec: Spec) -> dict[str, dict[str, Any]]:
    return {thing.key[0]: dict(thing.fields) for thing in wish_for(spec)[0].things.values()}


def queue(x: dict[str, Any], **stated: Any) -> Spec:
    row = QueueSpec(name="Q", extension="370", fields=stated, x={"ringme": x}, file="c.yaml", line=7)
    return Spec(queues=(row,))


def test_agents_are_known_by_extension_or_else_by_phone() -> None:
    spec = Spec(
        agents=(
            AgentSpec(
                user_id="local", name="An", extension="000*101@pbx", phone="84123456789", routing="phone"
            ),
            AgentSpec(user_id="remote", phone="+84 123 456 789", routing="phone"),
            AgentSpec(user_id="phone", phone="84987654321"),
        )
    )
    assert fields(spec) == {
        "local": {"name": "An", "extension": "101"},
        "remote": {"phone": "84123456789"},
        "phone": {"phone": "84987654321"},
    }
    cannot = wish_for(spec)[0].cannot
    assert cannot == ("RingMe rings the extension of 1 agent: phone and routing are left out",)


def test_what_has_no_place_is_left_out_with_what_hangs_on_it() -> None:
    spec = Spec(
        agents=(AgentSpec(user_id="u.an"), AgentSpec(user_id="app", phone="84123456789", routing="app")),
        queues=(
            QueueSpec(name="Q", agents=(QueueAgentSpec(user_id="u.an"), QueueAgentSpec(user_id="102"))),
            QueueSpec(
                name="R",
                extension="371",
                agents=(QueueAgentSpec(user_id="u.an"), QueueAgentSpec(user_id="102")),
                fields={"wrap_up_time_limit": 20},
            ),
        ),
    )
    wish, _ = wish_for(spec)
    assert wish.things.keys() == {("queue", ("R",)), ("queue_agent", ("R", "102"))}
    assert wish.cannot == (
        "queue Q: RingMe knows queues by extension; state `extension:`",
        "agent u.an: RingMe knows agents by extension or phone number; state `extension:` or `phone:`",
        "agent app: RingMe has no app that could ring; state `extension:`, or `routing: phone`",
        "RingMe cannot hold wrap_up_time_limit of queues: left out for 1 queue",
    )


def test_a_name_that_another_has_now_is_no_rename() -> None:
    """The place says which object is meant: both keep theirs."""
    spec = Spec(
        agents=(
            AgentSpec(user_id="new", was="old", extension="102"),
            AgentSpec(user_id="old", extension="101"),
            AgentSpec(user_id="other", was="former", extension="103"),
        )
    )
    was = {thing.key[0]: thing.was for thing in wish_for(spec)[0].things.values()}
    assert was == {"new": None, "old": None, "other": "former"}


def test_of_many_agents_without_a_place_the_first_are_named() -> None:
    spec = Spec(agents=tuple(AgentSpec(user_id=f"u.{number}") for number in range(30)))
    cannot = wish_for(spec)[0].cannot
    assert len(cannot) == 11
    assert cannot[-1] == "20 more agents without `extension:` and without `phone:`"


def test_one_extension_for_two_refuses_the_whole() -> None:
    spec = Spec(agents=(AgentSpec(user_id="a", extension="101"), AgentSpec(user_id="b", extension="000*101")))
    (reason,) = wish_for(spec)[0].reasons_to_refuse
    assert reason.startswith("agent a and agent b have one extension, 101")


def test_settings_of_the_vendor_are_converted_and_get_their_neutral_names() -> None:
    stated = queue(
        {
            "record_enabled": "no",
            "sound": "36",
            "exit_key": "null",
            "tier_rules_apply": True,
            "new_setting": "x",
        }
    )
    assert fields(stated)["Q"] == {
        "extension": "370", "record_calls": False, "sound": 36, "exit_key": None, "tier_rules_apply": True,
        "new_setting": "x",
    }  # fmt: skip
    agent = AgentSpec(
        user_id="u.an", extension="101", x={"ringme": {"wrap_up_time": "20"}, "stringee": {"a": 1}}
    )
    assert fields(Spec(agents=(agent,)))["u.an"] == {"extension": "101", "wrap_up_time": 20}


@pytest.mark.parametrize(
    ("x", "stated", "message"),
    [
        ({"sound": "loud"}, {}, "c.yaml:7: queue Q: x-ringme: sound "),
        ({"tier_rules_apply": "perhaps"}, {}, "c.yaml:7: queue Q: x-ringme: tier_rules_apply "),
        (
            {"max_wait_time": 5},
            {"maximum_queue_wait_time": 9},
            "max_wait_time is stated as maximum_queue_wait_time too; state one of them",
        ),
    ],
)
def test_settings_of_the_vendor_that_cannot_be_any_are_errors_with_their_place(
    x: dict[str, Any], stated: dict[str, Any], message: str
) -> None:
    with pytest.raises(SpecError) as caught:
        wish_for(queue(x, **stated))
    assert message in caught.value.problems[0]
