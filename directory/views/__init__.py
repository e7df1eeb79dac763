"""Pages of the directory's room."""
