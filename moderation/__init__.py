"""What people write is looked after: agreements, flags, cases, decisions, appeals."""
