"""What every door of the API has: who asks, one transaction as that person, JSON in and out, the same POST answered once.

Nothing is imported here: the framework loads ``authentication`` and ``bodies`` by name while it defines its own views.
"""
