"""The shortest way through everything."""

from .kit import ScriptedTransport, answer, client_over, virtual


@virtual
async def test_one_create() -> None:
    transport = ScriptedTransport(answer({"r": 0, "project": 246, "agentID": "A1", "message": "ok"}))
    async with client_over(transport) as client:
        created = await client.agents.create(name="An", stringee_user_id="u.an")
    assert (created.id, created.project, created.message) == ("A1", 246, "ok")
    assert transport.count("agents.create") == 1
