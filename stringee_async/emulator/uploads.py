"""Reading uploads that come as ``multipart/form-data``, for all emulated vendors."""

import email
from email.message import Message


def parts_of(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]] | None:
    """Read the parts of a form by name: each its file's name, which may be empty, and its content; None if it is none."""
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/form-data" or not boundary:
        return None
    parts: dict[str, tuple[str, bytes]] = {}
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        lines, gap, content = piece.partition(b"\r\n\r\n")
        if gap:
            part = email.message_from_string(lines.decode("utf-8", "replace").lstrip())
            name = part.get_param("name", header="Content-Disposition")
            parts[f"{name}"] = (part.get_filename() or "", content)
    return parts
