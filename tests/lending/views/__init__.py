"""Pages of the room of loans."""
