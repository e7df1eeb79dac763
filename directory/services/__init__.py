"""What the directory's room writes."""
