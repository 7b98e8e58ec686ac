"""The requests that read, typed: these models check requests and describe them in the OpenAPI."""

from dataclasses import fields
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from digitlens.api.errors import InvalidRequest
from digitlens.api.schemas import Exact
from digitlens.model import MAX_ERROR
from digitlens.reader import ReadOptions
from digitlens.reader.pattern import MOST_PLACES

__all__ = ["Chosen", "ClassifyRequest", "Common", "Degrees", "Image", "Options", "PageOptions", "ReadRequest"]

LONGEST_NAME = 1024
MOST_WORDS = 1_000


def _a_line_each(words: Any) -> Any:
    """A text, as a form has it, as its lines."""
    return words.splitlines() if isinstance(words, str) else words


Choice = Annotated[str, Field(min_length=1, max_length=MOST_PLACES)]
Words = Annotated[list[Choice], Field(min_length=1, max_length=MOST_WORDS), BeforeValidator(_a_line_each)]

Degrees = Annotated[
    float | None,
    Field(ge=-360, le=360, description="degrees to turn pages clockwise; null: as they read best"),
]


class Image(Exact):
    """A picture within JSON."""

    data: Annotated[
        str,
        Field(min_length=1, json_schema_extra={"contentEncoding": "base64"}, description="the file, base64"),
    ]
    file: Annotated[
        str | None, Field(max_length=LONGEST_NAME, description="a name, given back with the reading")
    ] = None


class Common(Exact):
    """Options of any reading."""

    model: Annotated[
        str | None,
        Field(
            description="a name from GET /v1/models; null: the server's default, or the smallest with the alphabet"
        ),
    ] = None
    max_error: Annotated[
        float, Field(gt=0, le=1, description="error rate wanted among accepted glyphs, cells or fields")
    ] = MAX_ERROR

    def reading(self) -> ReadOptions:
        """The same as readers take it, without what concerns the answer alone.

        Raises:
            InvalidRequest: an option that cannot be used.
        """
        try:
            return ReadOptions(**{name: getattr(self, name) for name in _shared(type(self))})
        except ValueError as error:
            raise InvalidRequest(f"{error}.") from None


@cache
def _shared(kind: type[Common]) -> frozenset[str]:
    """The names of the options that readers have too."""
    return frozenset(field.name for field in fields(ReadOptions)) & frozenset(kind.model_fields)


class Chosen(Common):
    """The alphabet to read, and the pattern or lexicon that a text has to fit."""

    alphabet: Annotated[
        Choice | None,
        Field(
            description="digits, letters, alnum, upper, lower, or characters such as 0123456789X-; of signs those "
            "among them; null: all that the model reads, and signs"
        ),
    ] = None
    pattern: Annotated[
        Choice | None,
        Field(description="what each line or cell must fit, such as dd.dd.dddd, or a regular expression"),
    ] = None
    lexicon: Annotated[
        Words | None,
        Field(description="words of which each line or cell must be one; in a form, a line each"),
    ] = None


class Options(Chosen):
    """Options for pictures of one glyph each."""

    explain: Annotated[
        bool, Field(description="draw for each glyph what in it speaks for the label read; takes longer")
    ] = False


class PageOptions(Options):
    """Options for pages."""

    rotate: Degrees = None


class ClassifyRequest(Options):
    """Pictures of one glyph each, as JSON."""

    images: Annotated[list[Image], Field(min_length=1)]


class ReadRequest(PageOptions):
    """Pictures and documents, as JSON."""

    images: Annotated[list[Image], Field(min_length=1)]
