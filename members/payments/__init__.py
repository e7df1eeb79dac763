"""The card processor behind a port; what is above knows the port alone."""
