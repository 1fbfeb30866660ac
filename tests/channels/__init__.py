"""The channel register: by what ways anything can leave the product, and a probe for each that says who may see what.

``register.txt`` holds tasks, commands, mails, events and their handlers, administered models, templates of mails, static
folders and error pages; the doors that are asked by HTTP stand in ``tests/access/matrix.txt``. What is found in the product
and not in the register turns the suite red, and so does a row for something that is not there.
"""
