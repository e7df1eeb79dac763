"""What members and staff fill in for the directory."""
