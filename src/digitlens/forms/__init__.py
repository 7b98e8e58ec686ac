"""From sheets to spreadsheets: filled forms laid over their blanks, and tables; checked as people check them."""

from digitlens.forms.form import Form
from digitlens.forms.gridding import grid_of_table, grids_of
from digitlens.forms.parts import FormCheck, FormField, FormPage
from digitlens.forms.reading import FormReader
from digitlens.forms.sheets import PageRead, Refused, SheetRow, sheets_of
from digitlens.renamed import refuse_renamed

__all__ = [
    "Form",
    "FormCheck",
    "FormField",
    "FormPage",
    "FormReader",
    "PageRead",
    "Refused",
    "SheetRow",
    "grid_of_table",
    "grids_of",
    "sheets_of",
]

refuse_renamed(__name__)
