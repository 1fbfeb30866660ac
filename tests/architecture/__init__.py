"""The house keeps its own rules: read off the source, each with a planted example that it must catch."""
