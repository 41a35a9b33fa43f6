"""The papers a family takes home: receipt, card, letter, kwitansi. Data in, PDF out; no database, no web."""

from portal.paper.data import (
    Card,
    CardBack,
    Deputy,
    Letter,
    Letterhead,
    Paper,
    PaymentReceipt,
    Receipt,
    Signature,
    Visit,
)
from portal.paper.press import KINDS, render

__all__ = [
    "KINDS",
    "Card",
    "CardBack",
    "Deputy",
    "Letter",
    "Letterhead",
    "Paper",
    "PaymentReceipt",
    "Receipt",
    "Signature",
    "Visit",
    "render",
]
