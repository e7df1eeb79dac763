"""Commands of the room of loans."""
