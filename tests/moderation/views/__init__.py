"""Pages of the moderation room."""
