"""The requests and the answers, typed: these models check requests and describe both in the OpenAPI."""

from dataclasses import fields
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from digitlens.api.errors import InvalidRequest
from digitlens.model import MAX_ERROR
from digitlens.reader import ReadOptions
from digitlens.reader.pattern import MOST_PLACES
from digitlens.types import Reason

__all__ = [
    "Chosen",
    "ClassifyRequest",
    "Common",
    "Corners",
    "Degrees",
    "Doubt",
    "Error",
    "ErrorBody",
    "Exact",
    "Explanation",
    "Failure",
    "FieldRead",
    "Glyph",
    "Image",
    "Line",
    "Model",
    "Models",
    "Number",
    "Options",
    "PageOptions",
    "Ranked",
    "ReadRequest",
    "Reading",
    "Readings",
    "Share",
    "Status",
]

LONGEST_NAME = 1024
MOST_WORDS = 1_000
Share = Annotated[float, Field(ge=0, le=1)]
Corners = Annotated[
    list[int], Field(min_length=4, max_length=4, description="[x, y, width, height], pixels of the picture")
]
Ranked = Annotated[
    tuple[str, Share],
    WithJsonSchema(
        {
            "type": "array",
            "prefixItems": [{"type": "string"}, {"type": "number", "minimum": 0, "maximum": 1}],
            "minItems": 2,
            "maxItems": 2,
        }
    ),
]


def _a_line_each(words: Any) -> Any:
    """A text, as a form has it, as its lines."""
    return words.splitlines() if isinstance(words, str) else words


Choice = Annotated[str, Field(min_length=1, max_length=MOST_PLACES)]
Words = Annotated[list[Choice], Field(min_length=1, max_length=MOST_WORDS), BeforeValidator(_a_line_each)]

Degrees = Annotated[
    float | None,
    Field(ge=-360, le=360, description="degrees to turn pages clockwise; null: as they read best"),
]


class Exact(BaseModel):
    """No field but those that are named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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
        named = {field.name for field in fields(ReadOptions)} & set(type(self).model_fields)
        try:
            return ReadOptions(**{name: getattr(self, name) for name in named})
        except ValueError as error:
            raise InvalidRequest(f"{error}.") from None


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


class Explanation(Exact):
    """The saliency of a label in a glyph, drawn over the network's input; a picture is a ``data:`` address."""

    label: Annotated[str, Field(description="the label explained; empty for none")]
    confidence: Annotated[Share, Field(description="calibrated probability of this label")]
    gradcam: Annotated[
        str | None,
        Field(
            description="orange where the last feature map speaks for the label; null for a network of others without"
        ),
    ]
    occlusion: Annotated[
        str, Field(description="orange where ink speaks for the label, striped blue where against it")
    ]


class Glyph(Exact):
    """One glyph."""

    label: Annotated[str, Field(description="what was read; empty where it is no glyph of the alphabet")]
    confidence: Annotated[Share, Field(description="calibrated probability of the best label")]
    digit_score: Annotated[Share, Field(description="how surely this is a glyph of the alphabet at all")]
    box: Corners
    accepted: Annotated[bool, Field(description="false where a person should look")]
    reason: Reason | None
    top: Annotated[list[Ranked], Field(description="the best labels with their probabilities")]
    explanation: Annotated[Explanation | None, Field(description="only where asked for; null for a sign")] = (
        None
    )


class FieldRead(Exact):
    """The text of a line that has to fit a pattern or a lexicon."""

    text: Annotated[str, Field(description="the best reading that fits; empty where none does")]
    confidence: Share
    plain: Annotated[str, Field(description="what was read without")]
    differs: bool


class Number(Exact):
    """Glyphs of a line that stand together, no operator among them."""

    text: str
    box: Corners
    confidence: Annotated[Share, Field(description="how surely all of it is right")]
    accepted: Annotated[
        bool, Field(description="false where a person should look at a glyph of it, or at the line")
    ]


class Doubt(Exact):
    """Why the whole of a line or a page is not accepted, though its glyphs may be."""

    reason: Reason
    message: Annotated[str, Field(description="a sentence for people")]
    box: Annotated[Corners, Field(description="where to look: [x, y, width, height], pixels of the picture")]


class Line(Exact):
    """Glyphs on one line."""

    text: Annotated[str, Field(description="one space where the writer left a gap between numbers")]
    box: Corners
    accepted: Annotated[bool, Field(description="true where the whole line is right, nothing of it missing")]
    numbers: list[Number]
    glyphs: list[Glyph]
    doubts: list[Doubt]
    field: Annotated[FieldRead | None, Field(description="only where a pattern or a lexicon was given")] = (
        None
    )


class Reading(Exact):
    """The reading of one picture, or of one page."""

    file: str | None
    page: Annotated[int, Field(ge=1)]
    text: Annotated[str, Field(description="the lines, separated by a newline; empty for a blank picture")]
    accepted: Annotated[
        bool, Field(description="true where there are glyphs and the whole is right, nothing of it missing")
    ]
    reason: Reason | None
    model: Annotated[str, Field(description="NAME@VERSION of the network")]
    ms: Annotated[float, Field(ge=0, description="milliseconds from opening to answer")]
    lines: list[Line]
    doubts: Annotated[list[Doubt], Field(description="beyond those of the lines")]


class Error(Exact):
    """An error, with its code and a sentence."""

    code: Annotated[str, Field(description="for machines")]
    message: Annotated[str, Field(description="for people")]


class Failure(Exact):
    """A picture that could not be read."""

    file: str | None
    error: Error
    page: Annotated[int | None, Field(ge=1, description="of a document, where one of its pages failed")] = (
        None
    )


class Readings(Exact):
    """A reading for each picture, or each page of it, in order; some may have failed."""

    readings: list[Reading | Failure]


class ErrorBody(Exact):
    """Why there is no answer; where no picture could be read, the reason of each stands in ``readings``."""

    error: Error
    request_id: Annotated[str, Field(description="as in the header X-Request-ID")]
    readings: list[Failure] | None = None


class Model(Exact):
    """A network."""

    name: str
    version: str
    default: Annotated[bool, Field(description="whether it reads where none is named")]
    recipe: str | None
    parameters: int
    dataset: str | None
    accuracy: float | None


class Models(Exact):
    """The networks that may be named."""

    models: list[Model]


class Status(Exact):
    """The state of the server."""

    status: Literal["ok", "busy"]
