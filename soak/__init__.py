"""What takes minutes: full sizes and real time. `nox -s soak` runs it; the test suite holds short forms of it."""
