"""The whole state of an emulator as one JSON object: written, read, put into place, and kept in a file."""
