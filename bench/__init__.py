"""What each speed claim is measured with: ``make bench``, or ``python -m bench`` on an empty database.

Everything is a ratio within one run, CPU time first: the clock of a machine with other work says little, and two measures
taken in turn by the same process say much. ``world`` (the database's owner) makes the data; ``requests`` (the web role)
measures submissions and lists through WSGI, framework and database as shipped; ``letters`` measures from commit to sixty
mails with a real worker process, a real broker and a mail server on loopback. ``plain`` is what each is compared with.
"""
