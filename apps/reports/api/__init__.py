"""The HTTP API of reports: each method is one action or one query."""
