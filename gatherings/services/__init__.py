"""Everything that changes gatherings, their dates and who comes."""
