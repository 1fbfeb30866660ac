"""What a new platform starts with: the published vocabularies, the cast, and stories to try it with.

Words: the *files* are `data/`, each with its source in `data/SOURCES.md`; the *cast* are the demo
agencies and people; a *scenario* is a story told by the same actions as people use.

Invariants: people, companies and documents are invented, only published facts are real; no file
holds an address of a real body; running a seed twice changes nothing.
"""
