"""Spreadsheets as other systems write them, read row by row; no Django here.

`table.open_table(content)` tells what the bytes are and gives the headings and
an iterator of rows. Nothing is unpacked before its size is known, and no more
than a row is held at a time.
"""
