"""The product: a folder per responsibility, stacked in one printed order (docs/conventions.md)."""
