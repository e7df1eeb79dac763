"""All writes of the members' room, a module a noun."""
