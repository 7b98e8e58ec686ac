"""From sheets to spreadsheets: filled forms, laid over their blanks, and tables; checked as people check them."""

from digitlens.forms.cell import Candidate, Cell
from digitlens.forms.checks import Settled, settle
from digitlens.forms.form import Form, FormCheck, FormField, FormPage
from digitlens.forms.gridding import grid_of_table, grids_of
from digitlens.forms.reading import FormReader, Refused, SheetRow
from digitlens.forms.rules import Check, sum_check
from digitlens.forms.tables import Table, read_table

__all__ = [
    "Candidate",
    "Cell",
    "Check",
    "Form",
    "FormCheck",
    "FormField",
    "FormPage",
    "FormReader",
    "Refused",
    "Settled",
    "SheetRow",
    "Table",
    "grid_of_table",
    "grids_of",
    "read_table",
    "settle",
    "sum_check",
]
