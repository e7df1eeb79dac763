"""Short ways to rows that a test needs but is not about; everything through the services."""
