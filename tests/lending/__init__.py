"""The lending room."""
