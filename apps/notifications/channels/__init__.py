"""Ways to carry a notice to its reader."""
