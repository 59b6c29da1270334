"""The headers of a response read like a mapping of text, whatever the case of the name."""

from __future__ import annotations

from stringee_async.core.response_headers import ResponseHeaders


def test_headers_are_a_mapping_that_ignores_case_and_shows_no_values() -> None:
    headers = ResponseHeaders({b"x-name": "é".encode(), b"date": b"now"})
    assert dict(headers) == {"x-name": "é", "date": "now"}
    assert (len(headers), headers["X-Name"], "DATE" in headers, "x" in headers) == (2, "é", True, False)
    assert repr(headers) == "ResponseHeaders(x-name, date)"
