"""How an entry is spelt for its hashes, and how it is read out of the database in just that spelling.

A value is four bytes of length, big-endian (ffffffff for NULL), then its bytes: texts in UTF-8, numbers and times in eight
bytes (times as microseconds since 2000-01-01T00:00:00Z), ids in sixteen. That is how PostgreSQL's COPY sends a row, so what
is hashed is what comes from the server, unparsed. The first byte of everything hashed says what it is.
"""

from collections.abc import Callable, Iterator

from django.db import connection

NextRow = Callable[[int], tuple[int, memoryview]]
PAYLOAD, LINK = b"\x03", b"\x02"
START = bytes(32)
SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # what COPY's binary format begins with: no flags, no extension
END = b"\xff\xff"
NULL = 0xFFFFFFFF  # the length of what is not there
# hash first, then what the payload's digest covers, then what the link covers.
COLUMNS = "hash, payload, salt, payload_hash, seq, at, verb, agency_id, user_id, object_kind, object_id, owner_id"
# COPY takes no parameters; what is put into it are our own numbers.
ROWS = "COPY (SELECT {columns} FROM audit_entry WHERE seq > {after} AND seq <= {last} ORDER BY seq) TO STDOUT (FORMAT BINARY)"
HASH = slice(6, 38)  # a row: two bytes of how many values, then the values
FACTS, SIZED = 38, 42  # where the payload begins with its length, and its text; then comes the salt
SALT, SALTED, UNSALTED = 20, 24, 8  # bytes of a salt, spelt; of it and the payload's length; of neither being there
DIGEST = slice(4, 36)  # in what the link covers, which is the rest of the row
VERB, VERB_SIZE = 60, 63
ERASING, ERASING_SIZE = b"\x00\x00\x00\x0berase_audit", 11
BLOCK = 1024
STATEMENT = 500 * BLOCK  # rows of one statement: it must end within the worker's limit of a minute


def raw(*, after: int, last: int) -> Iterator[list[bytes]]:
    """The entries behind number ``after`` up to ``last``, in order, as the server sends them: in blocks that end where a
    multiple of BLOCK ends, since whole subtrees do.
    """
    for begin in range(after, last, STATEMENT):
        text = ROWS.format(columns=COLUMNS, after=begin, last=min(begin + STATEMENT, last))
        with connection.cursor() as cursor, cursor.copy(text) as sent:
            yield from _blocks(sent.connection.pgconn.get_copy_data, begin)
            sent.read()  # how the statement ended; raises where it failed


def _blocks(next_row: NextRow, at: int) -> Iterator[list[bytes]]:
    """Rows as libpq hands them out: psycopg's own loop would take longer than their hashes."""
    first = bytes(next_row(0)[1])[len(SIGNATURE) :]  # what the format begins with comes together with the first row
    rows = [first] if len(first) > len(END) else []
    while rows:
        room = BLOCK - at % BLOCK
        while len(rows) < room and len(row := next_row(0)[1]) > len(END):
            rows.append(bytes(row))
        yield rows
        ended, at, rows = len(rows) < room, at + len(rows), []
        if not ended and len(row := next_row(0)[1]) > len(END):
            rows = [bytes(row)]
