"""The directory: listings, search, map, attestations of local ownership."""
