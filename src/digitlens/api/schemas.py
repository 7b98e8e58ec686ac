"""The answers, typed: these models describe them in the OpenAPI."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from digitlens.types import Reason

__all__ = [
    "Corners",
    "Doubt",
    "Error",
    "ErrorBody",
    "Exact",
    "Explanation",
    "Failure",
    "FieldRead",
    "Glyph",
    "Line",
    "Model",
    "Models",
    "Number",
    "Ranked",
    "Reading",
    "Readings",
    "Share",
    "Status",
]

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


class Exact(BaseModel):
    """No field but those that are named."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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
