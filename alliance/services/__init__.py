"""The writes that every room uses: audit, consent, mail, jobs, keys, seats."""
