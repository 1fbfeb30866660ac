"""Stories told by the same actions as people use. ``manage.py seed --scenario spring-2019`` tells ``spring_2019.run``.

Each story is a module with ``run(*, now, progress) -> int``: it files what is missing of it and returns how many reports
that were; a second run does nothing. ``progress(items, words)`` walks through a sequence and may draw a bar.
"""
