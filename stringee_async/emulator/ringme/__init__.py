"""The emulator's dialect of RingMe: bearer tokens, an hourly quota, bare arrays, and a hosted exchange's tables."""
