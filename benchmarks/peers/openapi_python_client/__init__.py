"""The client that openapi-python-client makes (over httpx), and the two functions over it."""
