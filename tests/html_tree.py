"""A page of HTML as a tree, to ask what it shows."""

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement


class Tree(HTMLParser):
    """The page as a tree; a tag closed out of turn is an error."""

    VOID = frozenset({"br", "img", "link", "meta"})

    def __init__(self, page):
        super().__init__()
        self.open = [Element("page")]
        self.feed(page)
        self.close()
        assert len(self.open) == 1, f"never closed: {[node.tag for node in self.open[1:]]}"

    def handle_starttag(self, tag, attrs):
        node = SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in self.VOID:
            self.open.append(node)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        node = self.open[-1]
        if len(node):
            node[-1].tail = (node[-1].tail or "") + data
        else:
            node.text = (node.text or "") + data


def parsed(page):
    return Tree(page).open[0]


def words(node):
    """All text of a node, each space plain."""
    return " ".join("".join(node.itertext()).split())


def rows(node):
    """A table's cells as text."""
    return [[words(cell) for cell in row] for row in node.iter("tr")]


def part(page, title):
    """The section under this heading."""
    return next(s for s in page.iter("section") if words(s[0]) == title)
