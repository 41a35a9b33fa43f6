"""The papers people take home: receipt, card, letter, kwitansi, bukti setor. Data in, PDF out; no database, no web."""

from portal.paper.data import (
    Card,
    CardBack,
    Deputy,
    GiftReceipt,
    GiftSlip,
    Letter,
    Letterhead,
    Paper,
    PaymentReceipt,
    Receipt,
    Report,
    Signature,
    Table,
    Visit,
)
from portal.paper.press import KINDS, render

__all__ = [
    "KINDS",
    "Card",
    "CardBack",
    "Deputy",
    "GiftReceipt",
    "GiftSlip",
    "Letter",
    "Letterhead",
    "Paper",
    "PaymentReceipt",
    "Receipt",
    "Report",
    "Signature",
    "Table",
    "Visit",
    "render",
]
