"""Loans that pledges back."""
