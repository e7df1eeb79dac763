"""What survives kill -9: pledges and their mail, each exactly once (docs/performance.md)."""
