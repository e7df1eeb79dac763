"""Reads of loans: what backs them, who lends, what is owed."""
