"""Reads the cells of an uploaded workbook. Runs in a child process with limits (see branchwork/xlsx/reader.py).

So it imports nothing of this project and no Django. It reads only the parts that hold cells and dates, by a
SAX parser that refuses a DOCTYPE: openpyxl also parses fonts, fills and properties, where other programs'
files often fail it, and takes the Chinese built-in date formats (27 to 58) for plain numbers.
"""
