"""The ledger: each loss, double and ghost is planted, and named."""
