"""Spreadsheets: CSV and XLSX to rows, rows to values, values to rows, with the number of every bad row.

What does not belong here: whom or what a row means (`services.imports`).
"""
