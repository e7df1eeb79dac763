"""Pledges: a shop's appeal, its customers' promises, and how they are kept."""
