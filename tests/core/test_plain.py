"""Models in the hands of Pydantic, as FastAPI returns them from a route."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import Agent, Created, Drift, Ensured, Stats, to_dict
from stringee_async.core.decoding import Loader
from stringee_async.core.model import Model

pydantic = pytest.importorskip("pydantic")

ROW = {"id": "AG_1", "name": "Nguyễn Văn An", "stringee_user_id": "an", "online_status": "online"}


def an() -> Any:
    agent = Loader(Agent).load(json.dumps(ROW).encode())
    assert isinstance(agent, Model)
    return agent


def test_models_are_written_as_to_dict_writes_them() -> None:
    adapter = pydantic.TypeAdapter(list[Agent])
    agent = an()
    assert adapter.validate_python([agent]) == [agent]
    assert json.loads(adapter.dump_json([agent])) == [to_dict(agent)]
    assert json.loads(adapter.dump_json([agent]))[0]["online_status"] == "online"


def test_models_have_a_json_schema() -> None:
    """The documentation of a route can be made."""
    schema = pydantic.TypeAdapter(Agent).json_schema()
    assert (schema["title"], schema["type"], schema["additionalProperties"]) == ("Agent", "object", True)
    assert schema["properties"]["name"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_models_are_not_made_from_anything_else() -> None:
    with pytest.raises(pydantic.ValidationError):
        pydantic.TypeAdapter(Agent).validate_python(ROW)


CREATED = Created(id="A1", project=1, message="done")
ENSURED = Ensured("A1", created=True, changed=False)
DRIFT = Drift(first_total=1, last_total=2, repeated=0, passes=1, certain=True)
STATS = Stats(
    requests=1, retries=0, tokens=1, adopted=0, in_flight=0, queued=0, permit_wait=0.5, paused=0.0, unknown=0
)


@pytest.mark.parametrize("result", [CREATED, ENSURED, DRIFT, STATS], ids=lambda result: type(result).__name__)
def test_what_a_call_returned_is_written_like_a_model(result: Any) -> None:
    adapter = pydantic.TypeAdapter(type(result))
    written = to_dict(result)
    assert json.loads(adapter.dump_json(adapter.validate_python(result))) == written
    assert json.loads(json.dumps(written)) == written
    assert written == {name: getattr(result, name) for name in written}
    assert adapter.json_schema()["title"] == type(result).__name__
