"""Two worlds that differ only in what others hide from a reader: the same requests are answered the same.

Status, headers, bytes and the text of every SQL statement are compared, mails to the reader too. A pair of worlds is told
from one seed: the story that the reader may see is built once; then, from the same savepoint, the secrets happen in one
world and not (or otherwise) in the other. The first world's requests are recorded and asked again in the second one.
A control pair, whose worlds do not differ, comes first: it shows that nothing but a secret could make a difference.
"""
