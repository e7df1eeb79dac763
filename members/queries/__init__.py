"""Reads that several callers share, a module a noun."""
