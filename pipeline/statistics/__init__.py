"""Published statistics as pure functions: no tables, no files, numbers in and numbers out.

`agreement`, `intervals`, `multiple` and `effects` start without scipy; the others need it.
"""
