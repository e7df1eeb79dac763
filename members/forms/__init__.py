"""What applicants, members and staff fill in, a module a noun."""
