"""Tables: from the picture of a sheet to rows and columns of cells, checked as people check them."""

from digitlens.reader.tables.cell import Candidate, Cell
from digitlens.reader.tables.checks import Check, sum_check
from digitlens.reader.tables.read import read_table
from digitlens.reader.tables.settling import Settled, settle
from digitlens.reader.tables.table import Table

__all__ = ["Candidate", "Cell", "Check", "Settled", "Table", "read_table", "settle", "sum_check"]
