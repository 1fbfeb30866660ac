"""What is secret even from those who hold the database: sealed with AES-256-GCM before it is written (docs/adr/0015).

A *master key* stands outside the database and its backups and wraps *data keys*: one in use for each agency, one for the
platform (``owner`` None). A data key wraps *object keys*, one for each row that holds something sealed; whoever destroys
that one has shredded what it sealed. Owner, field, row and key version are authenticated with every sealed value, so
that none can be moved to another place. Whatever does not fit is ``Unreadable``, and says no more.
"""
