"""What borrowers, lenders and staff fill in."""
