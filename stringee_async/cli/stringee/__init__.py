"""The commands for Stringee: those that are derived in one table, each other noun in a file."""
