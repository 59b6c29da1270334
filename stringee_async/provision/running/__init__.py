"""Carries a plan out: lock, journal, workers, rounds, report."""
