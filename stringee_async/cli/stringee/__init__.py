"""The commands for Stringee: one file per noun."""
