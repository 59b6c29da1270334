"""A bad value in the response to one object costs that value: the object, the refusal and the outcome stay readable."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import AlreadyExistsError, NotFoundError

from .itniotech.rig import client_over as itniotech_over
from .kit import ScriptedTransport, answer, client_over, virtual
from .ringme.rig import ApiTransport, ringme_over

TEXTS = {"a stray byte": b'"An \xff"', "half an emoji": b'"An \\ud83d"', "a raw tab": b'"An \t"'}
VALUES = TEXTS | {"not a number": b"NaN"}


def with_value(body: bytes, case: str) -> Any:
    return answer(body.replace(b"ODD", VALUES[case]))


@pytest.mark.parametrize("case", VALUES)
@virtual
async def test_an_object_of_ringme_is_read_whatever_stands_in_its_name(case: str) -> None:
    row = b'{"id":7,"extension_id":1,"name":ODD,"call_timeout":60}'
    transport = ApiTransport(default=with_value(row, case))
    async with ringme_over(transport) as client:
        made = await client.agents.local.create(extension_id=1)
        found = await client.agents.local.get(7)
        changed = await client.agents.local.update(7, call_timeout=60)
        assert client.stats().unknown == 0
    assert [agent.id for agent in (made, found, changed)] == [7, 7, 7]
    assert [agent.call_timeout for agent in (made, found, changed)] == [60, 60, 60]
    assert len(transport.requests) == 3


@pytest.mark.parametrize("case", VALUES)
@virtual
async def test_a_deletion_of_ringme_is_done_whatever_its_message_is(case: str) -> None:
    """The status says that it succeeded; what is said besides need not be readable."""
    transport = ApiTransport(default=with_value(b'{"message":ODD}', case))
    async with ringme_over(transport) as client:
        await client.agents.local.delete(7)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("case", VALUES)
@virtual
async def test_agents_of_itniotech_are_known_by_their_ids_whatever_their_names_are(case: str) -> None:
    transport = ScriptedTransport(
        with_value(b'{"status":"0","data":[{"keyId":7,"name":ODD},{"keyId":8,"name":"B"}]}', case)
    )
    async with itniotech_over(transport) as client:
        made = await client.agents.create_many(1, size=2)
        assert client.stats().unknown == 0
    assert [agent.key_id for agent in made] == [7, 8]


@virtual
async def test_settings_of_itniotech_are_read_beside_a_value_that_is_none() -> None:
    """NaN in one setting costs this one."""
    body = b'{"status":"0","data":{"voiceGroupId":7,"wrapUpTime":5,"timeoutIdle":NaN}}'
    async with itniotech_over(ScriptedTransport(answer(body))) as client:
        settings = await client.agent_groups.settings(7)
    assert (settings.wrap_up_time, settings.timeout_idle) == (5, None)


@pytest.mark.parametrize("case", TEXTS)
@virtual
async def test_a_refusal_of_stringee_keeps_its_meaning_and_the_id_that_it_names(case: str) -> None:
    """Words and ids of a refusal are read beside a bad byte."""
    existed = with_value(b'{"r":2,"message":ODD,"agentID":"A7"}', case)
    missing = answer(b'{"r":-1,"message":"\xff agent not found"}')
    async with client_over(ScriptedTransport(existed, missing)) as client:
        with pytest.raises(AlreadyExistsError, match="An") as caught:
            await client.agents.create(name="An", stringee_user_id="u")
        assert caught.value.existing_id == "A7"
        with pytest.raises(NotFoundError, match="agent not found"):
            await client.agents.update("A7", name="An")


@virtual
async def test_the_words_of_a_refusal_of_itniotech_are_shown_with_a_bad_byte_replaced() -> None:
    """What the vendor says is not lost to one byte."""
    refused = answer(b'{"status":"-33","reason":"the name \xff exists"}')
    async with itniotech_over(ScriptedTransport(refused)) as client:
        with pytest.raises(AlreadyExistsError, match="the name \ufffd exists"):
            await client.agent_groups.rename(1, group_name="Sales")


@virtual
async def test_a_number_that_is_none_beside_the_rows_does_not_hide_them() -> None:
    counts = b'"totalPages":1,"totalAgents":1,"averageWait":NaN'
    page = answer(b'{"r":0,"data":{%s,"agents":[{"id":"A1"}]}}' % counts)
    async with client_over(ScriptedTransport(page)) as client:
        assert [agent.id for agent in await client.agents.list().collect()] == ["A1"]
