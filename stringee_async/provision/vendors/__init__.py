"""One adapter for each vendor, as `adapter` asks for it; `choice` chooses the one of a client."""
