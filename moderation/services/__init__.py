"""All writes of the room, by noun; each records itself in the log."""
