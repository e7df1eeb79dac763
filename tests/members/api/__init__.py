"""The API of members and their dues, and where its lists are."""

TIERS, MEMBERS = "/api/v1/tiers/", "/api/v1/members/"
INVOICES, PAYMENTS = "/api/v1/invoices/", "/api/v1/payments/"
