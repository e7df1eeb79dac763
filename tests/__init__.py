"""Tests mirror the tree; see CONTRIBUTING.md for the cast and the rules."""
