"""Tenancy in three rings: the address, the ORM, the database (ADR-0003)."""
