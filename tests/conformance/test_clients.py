"""How a client is made: from arguments, from the environment, from shared credentials; and what is refused at once."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from stringee_async import ConfigError

from ..kit import virtual
from .rig import Rig
from .rigs import each

BAD_URLS = [
    "", "vendor.example", "ftp://x.example", "https://", "https:///v1", "https://u:p@x.example",
    "https://x.example?q=1", "https://x.example#f", "https://x example", "http://vendor.example", None, 7,
    "https://x.example\n", "http://localhost.evil.example", "http://127.0.0.1@evil.example",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_URLS, ids=repr)
@each("urls")
def test_what_is_not_a_url_is_refused(rig: Rig, name: str, bad: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        rig.client_class(*rig.credentials, **{**dict.fromkeys(rig.urls, "https://x.example"), name: bad})


def test_only_credentials_are_positional(rig: Rig) -> None:
    """Two credentials first; everything else goes by keyword."""
    kinds = [parameter.kind for parameter in inspect.signature(rig.client_class).parameters.values()]
    assert kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD) == 2
    with pytest.raises(TypeError):
        rig.client_class(*rig.credentials, "https://x.example")


def test_from_env_names_what_is_missing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*rig.variables, *(variable for variable, _ in rig.urls.values())):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in zip(rig.variables, rig.credentials, strict=True):
        with pytest.raises(ConfigError, match=variable):
            rig.client_class.from_env()
        monkeypatch.setenv(variable, value)
    keyword, (variable, default) = next(iter(rig.urls.items()))
    if default:
        assert f"{rig.client_class.__name__}('{rig.credentials[0]}', {keyword}='{default}'" in repr(
            rig.client_class.from_env(max_connections=3)
        )
    else:
        with pytest.raises(ConfigError, match=variable):
            rig.client_class.from_env()
    monkeypatch.setenv(variable, "https://vendor.example/")
    assert "https://vendor.example'" in repr(rig.client_class.from_env())
    assert "https://other.example'" in repr(rig.client_class.from_env(**{keyword: "https://other.example"}))
    for variable, _ in rig.urls.values():
        monkeypatch.setenv(variable, "nonsense")
        with pytest.raises(ConfigError, match=variable):
            rig.client_class.from_env()
        monkeypatch.setenv(variable, "https://vendor.example")


@virtual
async def test_clients_of_one_auth_share_its_credentials(rig: Rig) -> None:
    (keyword, *_) = rig.urls
    own = {} if rig.urls[keyword][1] else {keyword: "https://auth.example"}
    auth = rig.auth_class(*rig.credentials, **own)
    transport = rig.transport(default=rig.ok)
    for _ in range(3):
        made = rig.client_class.from_auth(auth, **{keyword: "https://x.example/"}, transport=transport)
        async with made as client:
            await rig.read(client.with_options(lane="bulk"))
            await rig.read(client)
            assert client.auth is auth
    assert auth.issued <= 1
    assert len(transport.requests) == 6
    assert len({rig.account_of(request) for request in transport.requests}) == 1
    assert {request.url.startswith("https://x.example/") for request in transport.requests} == {True}
    with pytest.raises(ConfigError, match=keyword):
        rig.client_class.from_auth(auth, **{keyword: "nonsense"})
