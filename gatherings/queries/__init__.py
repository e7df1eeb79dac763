"""Reads of gatherings, their dates and who comes."""
