"""The emulator's dialect of Stringee: tokens that the client signs, `r` and `data`, and the contact centre's tables."""
