"""Specification files: read with places, checked, merged, written; rosters; the JSON Schema."""
