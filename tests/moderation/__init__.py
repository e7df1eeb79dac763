"""Looking after what people write."""
