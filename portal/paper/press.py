"""The press: one kind of paper, one set of facts, one PDF."""

import io
import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from portal.paper.data import (
    Card,
    GiftReceipt,
    Letter,
    Paper,
    PaymentReceipt,
    PaymentReceipts,
    Receipt,
    Report,
    SignatureList,
)
from portal.paper.ink import plain, printable

KINDS: dict[str, type[Paper]] = {
    "receipt": Receipt,
    "receipt_80mm": Receipt,
    "card": Card,
    "card_a4": Card,
    "letter": Letter,
    "kwitansi": PaymentReceipt,
    "bukti_setor": GiftReceipt,
    "report": Report,
    "kwitansi_list": PaymentReceipts,
    "payment_list": SignatureList,
}
_HERE = Path(__file__).parent
_SHEETS = _HERE / "sheets"


def render(kind: str, data: Paper | dict[str, Any]) -> bytes:
    """The paper as a tagged PDF (PDF/UA-1); the same facts give the same bytes.

    `data` is the dataclass of that kind, or a dict of exactly its fields.
    Raises KeyError for an unknown kind, TypeError when a fact is missing, unknown, or of another kind of paper.

    Each paper gets a compiler of its own. One kept for the next paper would keep the last person's facts too, and
    refuses a second thread; a new one costs nothing measurable, since fonts and parsed sheets are shared.
    """
    model = KINDS[kind]
    paper = model(**data) if isinstance(data, dict) else data
    if not isinstance(paper, model):
        raise TypeError(f"{kind} prints {model.__name__}, not {type(paper).__name__}")
    compiler = typst.Compiler(
        _SHEETS / f"{kind}.typ", root=_SHEETS, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=_inputs(paper)
    )
    printed_at = datetime.combine(paper.issued_on, time(), UTC)
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=printed_at)
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one file")
    return pdf


def _inputs(paper: Paper) -> dict[str, str]:
    """Everything a sheet reads. Facts travel as JSON only, so no text is ever read as markup."""
    facts = plain(paper) | {"title": printable(paper.title)}
    return {"facts": json.dumps(facts), "qr": _qr(paper.qr) if paper.qr else ""}


def _qr(address: str) -> str:
    """The address as SVG; level M survives a fold and a thumb. The sheet leaves the quiet zone."""
    svg = io.BytesIO()
    segno.make(address, error="m", micro=False).save(svg, kind="svg", xmldecl=False, border=0)
    return svg.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    """The unit's own font, so that the paper is the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])
