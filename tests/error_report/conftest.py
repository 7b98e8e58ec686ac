from xml.etree.ElementTree import Element

import pytest
from report_made import made

from html_tree import parsed


@pytest.fixture
def page(tmp_path) -> Element:
    """The gallery of all that can come out."""
    return parsed(made(tmp_path)[1])
