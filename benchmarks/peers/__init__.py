"""What a user would pick instead: one file a peer, each a faithful minimal program for the same two endpoints."""
