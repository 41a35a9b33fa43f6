"""The unit's settings, changed one by one."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for

from portal.errors import Refused
from portal.language import gettext as _
from portal.units import settings
from portal.units.forms import ChoiceSettingForm, ChoicesSettingForm, LongSettingForm, SettingForm
from portal.units.models import Setting
from portal.web.access import requires, signed_in_user
from portal.web.pages import done, page

AnySettingForm = SettingForm | LongSettingForm | ChoiceSettingForm | ChoicesSettingForm

bp = Blueprint("settings", __name__, url_prefix="/settings")


@dataclass(frozen=True)
class Typed:
    """A setting as its form holds it, with the version that all settings share."""

    value: Any
    version: int


@bp.get("")
@requires("settings.manage")
def index() -> Response:
    return page(
        "settings/index.html", settings=settings.all_settings(), meaning=settings.meaning, in_words=settings.in_words,
        source=settings.source,
    )  # fmt: skip


@bp.get("/<key>")
@requires("settings.manage")
def edit(key: str) -> Response:
    setting = settings.get_setting(key)
    return _page(setting, _form(setting))


@bp.post("/<key>", endpoint="change")
@requires("settings.manage")
def change(key: str) -> Response:
    setting = settings.get_setting(key)
    form = _form(setting)
    if form.sent():
        form.expect_version(_typed(setting))
        try:
            settings.change(setting, settings.shown(form.value.data or ""), by=signed_in_user())
            return done(url_for(".index"), _("Saved: %(label)s.", label=settings.meaning(key).label))
        except Refused as refusal:
            form.refuse(refusal)
    return _page(setting, form, status=422)


def _typed(setting: Setting) -> Typed:
    """Words to choose from as they are, everything else as text."""
    value = setting.value if settings.meaning(setting.key).allowed else settings.shown(setting.value)
    return Typed(value, settings.revision())


def _form(setting: Setting) -> AnySettingForm:
    rule, typed = settings.meaning(setting.key), _typed(setting)
    if rule.allowed:
        form = (ChoicesSettingForm if isinstance(setting.value, list) else ChoiceSettingForm)(obj=typed)
        form.offer(settings.choices(setting.key))
        return form
    return (LongSettingForm if rule.long else SettingForm)(obj=typed)


def _page(setting: Setting, form: AnySettingForm, status: int = 200) -> Response:
    rule = settings.meaning(setting.key)
    return page("settings/setting.html", status=status, setting=setting, rule=rule, form=form, source=settings.source)
