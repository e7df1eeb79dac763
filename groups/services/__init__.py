"""Writes of groups and of what belongs to them."""
