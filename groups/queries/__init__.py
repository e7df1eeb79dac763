"""Reads of groups and of who is in them."""
