"""Speed of the real stack, as ratios within one run: `bin/bench` (docs/performance.md)."""
