"""Reads a paper back as a person or a screen reader would."""

import io

from pypdf import PdfReader

MM = 72 / 25.4  # points in a millimetre


def pages(pdf: bytes) -> list[str]:
    """The text of each page, lines joined: where a line breaks is the paper's business."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def squeezed(words: str) -> str:
    """Without spaces: a very long word is broken over lines."""
    return "".join(words.split())


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in millimetres."""
    boxes = (page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages)
    return [(round(float(box.width) / MM, 1), round(float(box.height) / MM, 1)) for box in boxes]
