"""Any number of pictures at once: where they come from, the rows that tell what was read, and the tables of these.

from digitlens.batch import find_inputs, rows_of, table

with table("read.csv") as rows:
    for item in find_inputs("photos.zip"):
        rows.write(rows_of(reader.read(item.load()), file=item.name))
"""

from digitlens.batch.cluster import RayEngine
from digitlens.batch.inputs import Inputs, Item, SourceInfo
from digitlens.batch.job import Job
from digitlens.batch.pool import LocalEngine
from digitlens.batch.run import Engine, Progress, run_batch
from digitlens.batch.sources import find_inputs
from digitlens.batch.table import TABLES, Table, restored, table
from digitlens.renamed import refuse_renamed
from digitlens.types.rows import GlyphRow, NumberRow, PageRow, Row, RowKind, columns, rows_of

__all__ = [
    "TABLES",
    "Engine",
    "GlyphRow",
    "Inputs",
    "Item",
    "Job",
    "LocalEngine",
    "NumberRow",
    "PageRow",
    "Progress",
    "RayEngine",
    "Row",
    "RowKind",
    "SourceInfo",
    "Table",
    "columns",
    "find_inputs",
    "restored",
    "rows_of",
    "run_batch",
    "table",
]

refuse_renamed(__name__)
