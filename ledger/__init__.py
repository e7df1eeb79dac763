"""The ledger: what money moved, written once and never changed (ADR-0013)."""
