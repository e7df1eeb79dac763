"""Tiers for anyone; members, invoices and payments for staff and for keys."""

MEMBERS_READ = "members:read"
MONEY_READ = "money:read"
MONEY_WRITE = "money:write"
