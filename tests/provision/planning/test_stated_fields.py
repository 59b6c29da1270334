"""The fields of an agent as a mapping: it reads as the dict would that holds what is stated."""

from __future__ import annotations

import pytest

from stringee_async.provision.planning.stated_fields import StatedFields
from stringee_async.provision.spec import AgentSpec


def test_it_reads_as_a_dict_of_what_is_stated() -> None:
    agent = AgentSpec(user_id="u.an", name="An", phone="84901234567", groups=("Sales",))
    fields = StatedFields(agent)
    stated = {"name": "An", "phone": "84901234567"}
    assert fields == stated
    assert stated == fields
    assert dict(fields) == stated
    assert len(fields) == 2
    assert repr(fields) == repr(stated)
    assert fields.get("routing", "app") == "app"
    for other in ("routing", "groups", "user_id", "__class__"):
        assert other not in fields
        with pytest.raises(KeyError):
            fields[other]


def test_of_an_agent_who_states_nothing_it_is_empty() -> None:
    assert not StatedFields(AgentSpec(user_id="u.an"))
