"""What visitors, members and staff fill in."""
