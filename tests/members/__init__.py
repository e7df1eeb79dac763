"""The members' room."""
