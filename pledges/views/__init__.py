"""Pages for customers, businesses and staff."""
