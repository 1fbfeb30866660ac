"""What was done, by whom, to which object: append-only, each entry chained to the one before by its hash.

An *entry* holds ids and codes, never content. The web and worker roles may only execute ``audit_append``; UPDATE, DELETE
and TRUNCATE are refused by the database itself. The head is locked last in a transaction (call ``record`` at its end).
"""
