"""Pages of the members' room, a module a noun."""
