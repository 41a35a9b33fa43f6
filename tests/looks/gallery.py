"""A bare Flask app that shows the frame and every macro, to test the look without the rooms."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Optional

from portal import clock, money
from portal.menu import Menu
from portal.templating import icon

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 3, 20, tzinfo=UTC)


class ComplaintForm(FlaskForm):
    """One field of every kind."""

    version = HiddenField(default="3")
    name = StringField("Nama kepala keluarga", [InputRequired("Nama belum diisi.")])
    nik = StringField("NIK", [InputRequired("NIK harus 16 angka; yang diketik 15.")])
    phone = StringField("Nomor telepon", [Optional()])
    income = StringField("Penghasilan sebulan", [InputRequired("Tuliskan angka, misalnya 1.500.000.")])
    floor = StringField("Luas lantai")
    story = TextAreaField("Cerita keluarga", [Optional()])
    service = SelectField(
        "Pelayanan", choices=[SelectChoice("obat", "Bantuan obat"), SelectChoice("sma", "Pendidikan SMA")]
    )
    route = RadioField(
        "Jalur",
        [InputRequired("Pilih salah satu jalur.")],
        choices=[SelectChoice("a", "Terdata"), SelectChoice("c", "Darurat")],
    )
    papers = SelectMultipleField(
        "Berkas yang dibawa",
        choices=[SelectChoice("ktp", "KTP"), SelectChoice("kk", "KK"), SelectChoice("sktm", "SKTM")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    proof = FileField("Foto bukti", [Optional()])
    agreed = BooleanField("Keluarga setuju datanya dibaca petugas")


class SignInForm(FlaskForm):
    name = StringField("Nama pengguna", [InputRequired("Nama belum diisi.")])
    password = PasswordField("Kata sandi", [InputRequired("Kata sandi belum diisi.")])
    next = HiddenField()


class PasswordForm(FlaskForm):
    current = PasswordField("Kata sandi sekarang", [InputRequired()])
    new = PasswordField("Kata sandi baru", [InputRequired()], description="Paling sedikit 12 huruf.")
    again = PasswordField("Sekali lagi", [InputRequired()])


@dataclass
class Place:
    label: str
    url: str
    icon: str
    phone: bool = False
    current: bool = False


@dataclass
class Person:
    name: str = "Rani Oktavia"
    role_label: str = "Pekerja sosial"
    is_authenticated: bool = True

    def can(self, _permission: str) -> bool:
        return self.is_authenticated


@dataclass
class Event:
    at: datetime
    text: str
    icon: str
    by: str = "Rani Oktavia"
    tone: str = ""
    money: int | None = None
    detail: str = ""
    url: str = ""


@dataclass
class Family:
    head_name: str = "Yurnalis"
    village: str = "Koto Baru Balai Janggo"
    rt: str = "002"
    rw: str = "001"
    kk_masked: str = "•••• 0417"
    marks: list[tuple[str, str, str]] = field(
        default_factory=lambda: [("info", "Terdata DTSEN", "list"), ("good", "Kartu s.d. 11 Mei 2027", "card")]
    )


def places() -> list[Place]:
    return [
        Place("Hari ini", "/", "home", True, True),
        Place("Cari keluarga", "/households", "search", True),
        Place("Keluhan", "/complaints", "complaint", True),
        Place("Kunjungan", "/visits", "visit", True),
        Place("Kartu", "/cards", "card"),
        Place("Rekomendasi", "/recommendations", "emergency"),
        Place("Penyaluran", "/disbursements", "payment"),
        Place("Laporan", "/reports", "report"),
    ]


def story() -> list[Event]:
    events = [
        Event(NOW, "Bantuan obat dibayar", "payment", "Bendahara", "good", 1_250_000, url="/disbursements/1"),
        Event(NOW - timedelta(days=2), "Kartu KAN-2026-000045 diterbitkan", "card", "Kepala UPT-KAN", "good"),
        Event(NOW - timedelta(days=3), "Diputuskan layak", "decision", "Kepala", detail="9 dari 12 terpenuhi."),
        Event(NOW - timedelta(days=6), "Dikunjungi di rumah", "visit", tone="info"),
        Event(NOW - timedelta(days=9), "Keluhan K-2026-000123 diterima", "complaint"),
    ]
    return events + [Event(NOW - timedelta(days=30 + n), "Berkas dibaca", "eye") for n in range(9)]


STEPS = [
    ("Diterima", date(2026, 11, 23), "done"),
    ("Dikunjungi", date(2026, 11, 26), "done"),
    ("Dinilai", None, "current"),
    ("Diputuskan", None, "todo"),
    ("Dibantu", None, "todo"),
    ("Selesai", None, "todo"),
]


def _compiled(to: Path) -> Path:
    """Compile the committed .po, as the portal does when it starts."""
    source = ROOT / "portal/translations/id/LC_MESSAGES/messages.po"
    target = to / "id/LC_MESSAGES/messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as po, target.open("wb") as mo:
        write_mo(mo, read_po(po, locale="id"))
    return to


def _register_words(app: Flask) -> None:
    def day(d: date, *, weekday: bool = True, short: bool = True) -> str:
        return clock.format_day(d, str(get_locale()), weekday=weekday, short=short)

    def daytime(t: datetime) -> str:
        return f"{day(clock.local(t).date())} {clock.local(t):%H.%M} WIB"

    app.jinja_env.filters.update(
        rupiah=money.format_rupiah, day=day, daytime=daytime, ago=lambda t: "2 jam lalu", number=str, file_size=str
    )


def create_gallery(tmp: Path) -> Flask:
    """The whole look on a few pages; `?lang=en` and `?out=1` choose the language and a stranger's view."""
    app = Flask("gallery", root_path=str(ROOT / "portal"), template_folder="../templates", static_folder="static")
    app.config.update(SECRET_KEY="looks", BABEL_TRANSLATION_DIRECTORIES=str(_compiled(tmp)), TESTING=True)
    loader = app.jinja_loader
    assert loader is not None
    app.jinja_loader = ChoiceLoader([loader, FileSystemLoader(ROOT / "tests/looks/templates")])  # type: ignore[misc]
    CSRFProtect(app)
    Babel(app, default_locale="id", locale_selector=lambda: request.args.get("lang", "id"))
    _register_words(app)
    app.jinja_env.globals["icon"] = icon
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui/ui.html").module

    written: Any = app.jinja_env.get_template("ui/menu.html").module

    @app.context_processor
    def frame() -> dict[str, Any]:
        out = "out" in request.args
        return {
            "unit": SimpleNamespace(
                short_name="UPT-KAN", place="Kota Payakumbuh", name="Unit Pelayanan Terpadu Kesejahteraan Anak Nagari"
            ),
            "language": request.args.get("lang", "id"),
            "menu": None if out else Menu(written.places(places()), written.daily(places())),
            "current_user": SimpleNamespace(is_authenticated=False) if out else Person(),
            "demo_banner": True,
        }

    _register_pages(app)
    return app


def page_context() -> dict[str, Any]:
    """What the pages of the gallery are shown with."""
    return {
        "today": TODAY,
        "now": lambda: NOW,
        "family": Family(),
        "events": story(),
        "steps": STEPS,
        "sort": {"by": "name", "down": False, "urls": {"name": "?sort=-name", "promised": "?sort=promised"}},
        "theirs": [("Alamat", "Jl. Sudirman 12", "Jl. Sudirman 21"), ("RT", "002", "002")],
        "form_fields": [("address", "Jl. Sudirman 21"), ("version", "4")],
        "action": "/households/1",
        "request_id": "7f3a-2201",
        "sessions": [
            SimpleNamespace(device="Firefox, Windows", began_at=NOW, seen_at=NOW, current=True),
            SimpleNamespace(device="Chrome, Android", began_at=NOW, seen_at=NOW, current=False),
        ],
    }


def _register_pages(app: Flask) -> None:
    from flask import flash, render_template

    forms = {"accounts/sign_in.html": SignInForm, "accounts/account.html": PasswordForm}

    @app.route("/show/<path:template>", methods=["GET", "POST"])
    def show(template: str) -> str:
        form = forms.get(template, ComplaintForm)()
        if "wrong" in request.args:
            form.validate()
        if "flash" in request.args:
            flash("Keluhan tersimpan.", "success")
        return render_template(template, form=form, **page_context())

    app.add_url_rule("/language", "accounts.language", lambda: "", methods=["POST"])
    app.add_url_rule("/sign-out", "accounts.sign_out", lambda: "", methods=["POST"])
    app.add_url_rule("/account/second-factor", "accounts.second_factor_enrolled", lambda: "")


def every_page() -> list[str]:
    """Addresses of everything that is shown, in both languages, signed in and out."""
    templates = ["gallery.html", "forms.html", "accounts/sign_in.html", "accounts/account.html"]
    queries = ("", "?lang=en", "?wrong=1&flash=1", "?out=1")
    templates += [f"errors/{code}.html" for code in (403, 404, 409, 413, 422, 429, 500, 503)]
    return [f"/show/{template}{query}" for template in templates for query in queries]
