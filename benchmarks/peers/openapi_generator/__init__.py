"""The client that openapi-generator makes (Python, asyncio), and the two functions over it."""
