"""The RingMe API's error responses: an HTTP status, a ``message``, and for some a ``status`` code as text."""

from ..dialect import Response, json_response


class Refusal(Exception):  # noqa: N818 - it is a response, not a failure of the emulator
    """Ends an operation with an error response.

    Args:
        message: the human text.
        status: the HTTP status.
        code: the ``status`` in the body; None leaves it out.
    """

    def __init__(self, message: str, status: int = 400, code: str | None = None) -> None:
        super().__init__(message, status, code)  # so that it survives pickle and copy
        self.status = status
        self.message = message
        self.code = code

    def response(self) -> Response:
        """Make the error response."""
        code = {} if self.code is None else {"status": self.code}
        return json_response({"message": self.message, **code}, self.status)


def not_found() -> Refusal:
    """Make the error for an id that names nothing."""
    return Refusal("Record not found", 404)
