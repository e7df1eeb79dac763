"""Services of the room of loans."""
