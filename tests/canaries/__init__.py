"""Canaries: every secret field holds a word that stands nowhere else; then every sink is searched for words that strayed.

The product runs as it is shipped: gunicorn, a worker's process, a mail server, Valkey, PostgreSQL. ``haul.py`` lets people
do what they do, ``sinks.py`` empties every place where something may end up, and the test says which words may stand where.
"""
