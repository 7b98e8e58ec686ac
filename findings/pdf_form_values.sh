#!/usr/bin/env bash
# PDF: what was typed into a form is missing from its picture, unless one call is made before the page is opened
#
# Seen with   pypdfium2 5.15.2, pdfplumber 0.11.10, img2table 2.0.0, pymupdf 2.0
# Expected    A page is rendered as a viewer shows it: values of fields included, the more so where the file holds their
#             appearance ready drawn; `render(may_draw_forms=True)` is pypdfium2's default.
# Happens     pypdfium2 draws empty fields, without a warning, unless init_forms() was called on the document before
#             the page was got. So pdfplumber and img2table, which render with it, give blank pages. MuPDF draws them.
# Why         PDFium draws fields in a second step, FPDF_FFLDraw, which needs a form environment (pypdfium2's
#             _helpers/page.py: "if may_draw_forms and self.formenv"); that the flag does nothing without one is in its
#             documentation. pdfplumber/display.py and img2table/document/pdf.py make none.
# Hits        Filled forms, the very thing to be read: they come out as blank forms, read with full confidence.
# Here        imaging/pdfium.py makes the form environment for every document.
source "$(dirname "$0")/setup.sh"

python_with pypdfium2==5.15.2 pdfplumber==0.11.10 img2table==2.0.0 pymupdf==2.0 numpy==2.4.6 <<'PYTHON'
import io

import numpy as np
import pdfplumber
import pymupdf
import pypdfium2
from img2table.document import PDF
from seen import check

DRAWN = b"/Tx BMC q BT /Helv 20 Tf 0 g 5 10 Td (4071) Tj ET Q EMC"
OBJECTS = [
    b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/DA(/Helv 20 Tf 0 g)/DR<</Font<</Helv 5 0 R>>>>>>>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Annots[4 0 R]>>",
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(4071)/Rect[20 20 180 60]/P 3 0 R/F 4/DA(/Helv 20 Tf 0 g)"
    b"/AP<</N 6 0 R>>>>",
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    b"<</Type/XObject/Subtype/Form/BBox[0 0 160 40]/Resources<</Font<</Helv 5 0 R>>>>/Length %d>>stream\n%s\nendstream"
    % (len(DRAWN), DRAWN),
]


def form() -> bytes:
    """A page of one text field that holds 4071, its appearance drawn into the file."""
    pdf, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(OBJECTS, start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, at = len(OBJECTS) + 1, len(pdf)
    pdf += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n" % (size, table, size)
    return pdf + b"startxref\n%d\n%%%%EOF" % at


def inked(pixels: object) -> bool:
    return bool((np.asarray(pixels) < 128).sum() > 100)


data = form()
check("pypdfium2", inked(pypdfium2.PdfDocument(data)[0].render(scale=2).to_numpy()), False)
document = pypdfium2.PdfDocument(data)
document.init_forms()
check("pypdfium2 after init_forms()", inked(document[0].render(scale=2).to_numpy()), True)
with pdfplumber.open(io.BytesIO(data)) as opened:
    check("pdfplumber", inked(opened.pages[0].to_image(resolution=144).original.convert("L")), False)
check("img2table", inked(PDF(src=data).images[0]), False)
check("MuPDF", inked(np.frombuffer(pymupdf.open("pdf", data)[0].get_pixmap(dpi=144).samples, np.uint8)), True)
PYTHON
