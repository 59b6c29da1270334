"""Tests of the emulator's page in a real browser: `nox -s browser`. They need Chromium, such as Debian's."""
