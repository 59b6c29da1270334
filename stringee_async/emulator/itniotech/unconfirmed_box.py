"""What one emulated ITNIO TECH account holds of the products whose pages tell half: e-mail and AI voice."""

from ..state import Numbers, Row


class Unconfirmed:
    """What one account holds of e-mail and AI voice."""

    def __init__(self, first: int) -> None:
        self.emails: dict[str, Row] = {}
        """E-mails that were taken, by id."""
        self.flows: list[Row] = [{"dialogFlowId": first, "name": "Reminder", "status": "PUBLISHED"}]
        """Dialogues of AI voice."""
        self.lines: list[Row] = [{"tenantPhoneNumberId": first, "phoneNumber": "6560002000"}]
        """Numbers that AI voice calls from."""
        self.tasks: dict[int, Row] = {}
        """Tasks of AI voice by id; ``customers`` holds whom they call."""
        self.ids = Numbers(first)
