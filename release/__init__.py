"""What builds a release and checks it before it is published; `noxfile.py` runs each part as a session."""
