"""Notices: in the inbox of an account and by its channels.

A *notification* is a kind and ids, never content: its reader opens the link and meets the policy there. A *dispatch* is one
notification for one *channel* (an account's e-mail), with its *attempts*. No state claims more than happened: SENT is
written after the mail server has taken the message. The *gate*, kept by the room above, decides who may still be told of a
label: when a notice is made, and again when its message leaves.
"""
