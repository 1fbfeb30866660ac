"""A person at a real browser, against the real processes."""
