"""The arithmetic of loans."""
