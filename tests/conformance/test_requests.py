"""What leaves for every vendor, byte for byte, against the vendors' pages."""

from __future__ import annotations

import json

from ..kit import RawServer, canned, split
from .rig import Rig
from .rigs import RIGS, each


@each("requests")
async def test_the_request_of_each_call(rig: Rig, name: str) -> None:
    """Each call sends exactly the method, raw target, headers and JSON body that the vendor's pages name."""
    call, method, target, body = rig.requests[name]
    response = canned(json.dumps(rig.everything(name)).encode())
    async with RawServer(*rig.opening, default=response) as server:
        async with rig.client_class(*rig.credentials, **dict.fromkeys(rig.urls, server.url)) as client:
            await call(client)
        assert len(server.requests) == len(rig.opening) + 1
        seen_method, seen_target, headers, seen_body = split(server.requests[-1])
        assert (seen_method, seen_target) == (method, rig.prefix + target)
        assert headers["host"] == f"127.0.0.1:{server.port}"
        assert rig.credentials[1].encode() not in server.requests[-1]
    assert headers["accept"] == ("*/*" if name.split(" ")[0] in rig.downloads else "application/json")
    assert headers["user-agent"].startswith("stringee-async/")
    others = {other.credential_header.lower() for other in RIGS.values() if other is not rig}
    assert not {"cookie", "transfer-encoding", *others} & headers.keys()
    rig.check_credentials(headers)
    if body is None:
        assert seen_body == b""
        assert "content-type" not in headers
        assert headers.get("content-length", "0") == "0"
    else:
        sent = json.loads(seen_body)
        assert sent == body
        assert seen_body == json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
        assert headers["content-type"] == rig.content_type
        assert headers["content-length"] == str(len(seen_body))
