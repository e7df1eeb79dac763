"""The lender's desk: what owners share, what was offered, what is owed."""
