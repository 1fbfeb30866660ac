"""Keys, sealing, rotation, the end of keys."""
