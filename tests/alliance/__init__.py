"""The shell and its tenancy."""
