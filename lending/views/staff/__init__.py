"""The alliance's side: applications to approve, loans to watch, lenders to know."""
