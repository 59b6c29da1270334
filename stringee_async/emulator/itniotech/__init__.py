"""The emulator's dialect of ITNIO TECH: signed headers, `status` and `reason`, and a call centre's tables."""
