"""Tests of what builds a contact centre and compares it."""
