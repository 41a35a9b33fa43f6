"""The pages of merging: side by side, what is asked, the list, taking apart, and where old addresses lead."""

from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.errors import Refused
from portal.households.models import Household, Relation
from portal.households.names import fold_name
from portal.merging.models import Merge
from portal.merging.pairs import beside
from tests.reports import factories


@pytest.fixture
def screen(sign_in, worker):
    return sign_in(worker)


@pytest.fixture
def head_of_unit(sign_in, head):
    return sign_in(head)


class Filled(HTMLParser):
    """What a browser would send of the forms of a page as it was opened."""

    def __init__(self):
        super().__init__()
        self.values, self.choice, self.text = {}, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and (attrs.get("type") not in {"radio", "checkbox"} or "checked" in attrs):
            self.values[attrs["name"]] = attrs.get("value", "")
        elif tag == "select":
            self.choice = attrs["name"]
        elif tag == "option" and self.choice and ("selected" in attrs or self.choice not in self.values):
            self.values[self.choice] = attrs.get("value", "")
        elif tag == "textarea":
            self.text = attrs["name"]
            self.values[self.text] = ""

    def handle_endtag(self, tag):
        self.choice = None if tag == "select" else self.choice
        self.text = None if tag == "textarea" else self.text

    def handle_data(self, data):
        if self.text:
            self.values[self.text] += data


def filled(markup):
    parser = Filled()
    parser.feed(markup.split("<main")[1])
    return parser.values


def address(kept, other, part=""):
    return f"/households/{kept.id}/merge{part}?other={other.id}"


def sent(browser, url, **typed):
    """Open a form as the desk does, send it, and confirm what it asks."""
    shown = filled(browser.get(url).text)
    asked = browser.post(url, shown | typed)
    if asked.status_code != 422 or 'name="confirmed"' not in asked.text:
        return asked
    codes = [part.split('"')[0] for part in asked.text.split('name="confirmed" value="')[1:]]
    return browser.post(url, filled(asked.text) | typed | {"confirmed": codes})


def merges():
    return db.session.scalar(select(func.count()).select_from(Merge))


def test_both_stand_side_by_side_and_alike_people_are_chosen(make, screen):
    kept, other = make.household("Yurnalis", members=2), make.household("Yurnalis")
    kept_head, twin = kept.members[0], other.members[0]

    page = screen.get(address(kept, other) + "&stays=1").text

    assert filled(page)[f"is_{twin.id}"] == str(kept_head.id)
    assert kept.members[1].name in page
    assert twin.nik not in page and kept_head.nik not in page


@pytest.mark.parametrize("has_one, preset", [(False, "spouse"), (True, "other")])
def test_a_wife_comes_over_as_the_wife_of_the_same_head(make, screen, has_one, preset):
    kept, other = make.household("Yurnalis", members=2), make.household("Yurnalis", members=2)
    wife = other.members[1]
    wife.relation, wife.name, wife.name_key = Relation.SPOUSE, "Desi Guci", fold_name("Desi Guci")
    if has_one:
        kept.members[1].relation = Relation.SPOUSE
    make._store(wife), make._store(kept.members[1])

    page = screen.get(address(kept, other) + "&stays=1").text

    assert filled(page)[f"is_{wife.id}"] == preset


def test_the_family_with_more_on_it_stays_unless_somebody_says_otherwise(make, screen, worker):
    light, heavy = make.household(), make.household()
    factories.complaint(make, heavy, by=worker)

    led = screen.get(address(light, heavy))

    assert led.status_code == 303 and led.location == f"/households/{heavy.id}/merge?other={light.id}&stays=1"
    assert screen.get(address(light, heavy) + "&stays=1").status_code == 200


def test_what_happens_is_said_and_confirmed_before_it_is_done(make, screen, worker):
    kept, other = make.household("Yurnalis"), make.household("Syafril", birth_date=None)
    factories.complaint(make, other, by=worker)
    url = address(kept, other) + "&stays=1"
    typed = {"reason": "Kartu keluarga yang sama.", "kk_no": "kept"}

    shown = filled(screen.get(url).text)
    asked = screen.post(url, shown | typed)
    assert asked.status_code == 422 and "Kartu keluarga yang sama." in asked.text
    assert "Syafril" in asked.text and merges() == 0

    answer = sent(screen, url, **typed)
    assert (answer.status_code, answer.location) == (303, f"/households/{kept.id}")
    assert merges() == 1


def test_numbers_that_differ_are_asked_about_and_not_shown_whole(make, screen):
    kept, other = make.household("Yurnalis"), make.household("Yurnalis")
    twin, url = other.members[0], address(kept, other) + "&stays=1"
    right = twin.nik

    answer = sent(screen, url, reason="KTP.", kk_no="kept")
    assert answer.status_code == 422 and f'href="#nik_{twin.id}' in answer.text
    assert sent(screen, url, reason="KTP.", kk_no="kept", **{f"nik_{twin.id}": "other"}).status_code == 303

    assert kept.members[0].nik == right


def test_of_a_number_the_digits_that_differ_are_shown():
    assert beside("1376024511688999", "1376024511778998") == "•••• •••• ••68 8999"
    assert beside("Yurnalis", "Yurnaliz") == "Yurnalis"


def test_a_reason_is_needed_and_what_was_typed_stays(make, screen):
    kept, other = make.household(), make.household("Elfira")

    answer = sent(screen, address(kept, other) + "&stays=1", reason=" ", kk_no="other")

    assert answer.status_code == 422 and 'href="#reason"' in answer.text
    assert filled(answer.text)["kk_no"] == "other"


def test_a_second_click_merges_once(make, screen):
    kept, other = make.household(), make.household("Elfira")
    url = address(kept, other) + "&stays=1"
    shown = filled(screen.get(url).text) | {"reason": "Sama.", "kk_no": "kept"}
    asked = screen.post(url, shown)
    code = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    form = filled(asked.text) | {"confirmed": code}

    first, second = screen.post(url, form), screen.post(url, form)

    assert first.location == second.location == f"/households/{kept.id}"
    assert merges() == 1


def test_who_comes_second_reads_when_and_by_whom_it_was_merged(make, screen, merge, worker):
    kept, other, third = make.household(), make.household("Elfira"), make.household("Syafril")
    url = address(third, other) + "&stays=1"
    shown = filled(screen.get(url).text)
    merge(kept, other)

    answer = screen.post(url, shown | {"reason": "Sama."})

    assert answer.status_code == 409
    assert worker.full_name in answer.text and f"/households/{kept.id}" in answer.text
    assert merges() == 1


def test_somebody_who_changed_a_family_meanwhile_is_not_overlooked(make, screen):
    kept, other = make.household(), make.household("Elfira", members=2)
    url = address(kept, other) + "&stays=1"
    shown = filled(screen.get(url).text)
    other.note = "Baru."
    make._store(other)

    assert screen.post(url, shown | {"reason": "Sama.", "kk_no": "kept"}).status_code == 409


@pytest.mark.parametrize("part", ["", "/edit", "/list-check", "/membership-card", "/events/died", "/numbers", "/merge"])
def test_old_addresses_lead_to_the_family_that_stands(make, screen, merge, worker, part):
    kept, other = make.household(), make.household("Elfira")
    merge(kept, other)

    led = screen.get(f"/households/{other.id}{part}")

    assert (led.status_code, led.location) == (303, f"/households/{kept.id}")
    page = screen.get(led.location).text
    assert "Elfira" in page and worker.full_name in page


def test_the_search_box_finds_by_the_old_numbers(make, screen, merge):
    kept, other = make.household(), make.household("Elfira")
    numbers = other.kk_no, other.members[0].nik
    merge(kept, other, {other.members[0]: kept.members[0]})

    for number in numbers:
        form = filled(screen.get("/households").text) | {"q": number}
        assert screen.post("/households", form).location == f"/households/{kept.id}"


def test_what_was_sent_to_a_merged_family_is_not_done(make, screen, merge):
    kept, other = make.household(), make.household("Elfira")
    form = filled(screen.get(f"/households/{other.id}/list-check").text)
    merge(kept, other)

    answer = screen.post(f"/households/{other.id}/list-check", form)

    assert answer.status_code == 409 and f"/households/{kept.id}" in answer.text


def test_nothing_new_is_hung_on_a_merged_family(make, merge, worker):
    kept, other = make.household(), make.household("Elfira")
    merge(kept, other)

    with pytest.raises(Refused):
        factories.complaint(make, other, by=worker)
    db.session.rollback()


def test_the_story_tells_of_both(make, screen, head_of_unit, merge, take_apart, worker):
    kept, other = make.household(), make.household("Elfira")
    case = factories.complaint(make, other, by=worker)
    made = merge(kept, other)

    page = screen.get(f"/households/{kept.id}").text
    assert f"/merges/{made.id}" in page and case.number in page
    take_apart(made)
    for family in (kept, other):
        page = screen.get(f"/households/{family.id}").text
        assert f"/merges/{made.id}" in page and "Ternyata dua keluarga." in page


def test_the_events_of_the_other_family_are_told_and_lead_here(make, screen, merge, worker):
    from portal import clock
    from portal.households import event_services as events
    from portal.households.noting import Noted

    kept, other = make.household(), make.household("Elfira", members=2)
    child = other.members[1]
    event = events.died(other, child, Noted(on=clock.today(), by=worker, note="Di RSUD."))
    db.session.commit()
    merge(kept, other)

    page = screen.get(f"/households/{kept.id}").text
    assert "Di RSUD." in page and child.name in page
    led = screen.get(f"/households/{other.id}/events/{event.id}")
    assert led.location == f"/households/{kept.id}/events/{event.id}"
    assert "Di RSUD." in screen.get(led.location).text


def test_the_number_typed_for_the_other_family_never_stands_in_an_address(make, screen):
    kept, other = make.household(), make.household("Elfira")
    form = filled(screen.get(f"/households/{kept.id}/merge").text)

    found = screen.post(f"/households/{kept.id}/merge/other", form | {"other": other.kk_no})
    assert found.location == f"/households/{kept.id}/merge?other={other.id}"

    for typed in ("1376019999999999", kept.kk_no, ""):
        answer = screen.post(f"/households/{kept.id}/merge/other", form | {"other": typed})
        assert answer.status_code == 422 and 'href="#other"' in answer.text


def test_one_person_of_two_families(make, screen):
    couple, parents = make.household(members=2), make.household(members=3)
    stands, row = couple.members[1], parents.members[2]
    url = address(couple, parents, "/person") + f"&person={stands.id}&twin={row.id}"

    answer = sent(screen, url, reason="KTP.", **{f"nik_{row.id}": "kept", f"name_{row.id}": "kept"})

    assert answer.status_code == 303
    assert row.merged_into_id == stands.id and len(parents.members) == 2


def test_a_head_who_goes_out_is_followed_by_whom_the_desk_chose(make, screen):
    family, elsewhere = make.household(members=2), make.household()
    head, child = family.members
    url = address(elsewhere, family, "/person")
    typed = {"person": str(elsewhere.members[0].id), "twin": str(head.id), "reason": "KTP.", f"nik_{head.id}": "kept"}

    refused = sent(screen, url, **typed)
    assert refused.status_code == 422 and 'href="#new_head"' in refused.text
    assert sent(screen, url, **typed, new_head=str(child.id)).status_code == 303

    assert child.relation is Relation.HEAD


def test_the_list_and_the_page_of_a_merging(make, screen, merge):
    kept, other = make.household(), make.household("Elfira", members=2)
    made = merge(kept, other, {other.members[0]: kept.members[0]})

    assert f"/merges/{made.id}" in screen.get("/merges").text
    page = screen.get(f"/merges/{made.id}").text
    assert other.members == [] and "Kartu keluarga yang sama." in page
    assert f"/merges/{made.id}/apart" not in page


def test_the_head_takes_apart_and_reads_beforehand_what_stays(make, head_of_unit, merge, worker):
    kept, other = make.household(), make.household("Elfira")
    made = merge(kept, other)
    new = factories.complaint(make, kept, by=worker)
    url = f"/merges/{made.id}"
    shown = filled(head_of_unit.get(url).text)

    assert head_of_unit.post(f"{url}/apart", shown).status_code == 422
    answer = head_of_unit.post(f"{url}/apart", shown | {"reason": "Dua orang senama."})

    assert (answer.status_code, answer.location) == (303, url)
    assert "Dua orang senama." in head_of_unit.get(url).text
    assert (other.merged_into_id, new.household_id) == (None, kept.id)


def test_a_merging_that_a_later_one_builds_on_names_it(make, head_of_unit, merge):
    first, second, third = make.household(), make.household(), make.household("Elfira")
    earlier = merge(second, third)
    later = merge(first, second)

    page = head_of_unit.get(f"/merges/{earlier.id}").text

    assert f'href="/merges/{later.id}"' in page and f"/merges/{earlier.id}/apart" not in page


@pytest.mark.parametrize("role", ["treasurer", "mayor", "cadre", "auditor", "admin", "office_user"])
def test_others_neither_merge_nor_read_it(make, sign_in, merge, role):
    kept, other, third = make.household(), make.household("Elfira"), make.household("Syafril")
    made = merge(kept, other)
    browser = sign_in(getattr(make, role)())

    for url in (address(kept, third), address(kept, third, "/person"), "/merges", f"/merges/{made.id}"):
        assert browser.get(url).status_code == 403
    assert browser.post(f"/merges/{made.id}/apart").status_code == 403


def test_a_social_worker_does_not_take_apart(make, screen, merge):
    made = merge(make.household(), make.household("Elfira"))

    assert screen.post(f"/merges/{made.id}/apart", {"reason": "Bukan."}).status_code == 403
    assert db.session.scalar(select(func.count()).where(Household.merged_into_id.is_not(None))) == 1


def test_strangers_sign_in_and_odd_numbers_find_nothing(make, screen, stranger):
    kept = make.household()

    for url in ("/merges", "/merges/1", f"/households/{kept.id}/merge"):
        assert "/sign-in" in stranger.get(url).location
    for url in ("/merges/9999", f"/households/{kept.id}/merge?other=9999", f"/households/{kept.id}/merge?other=x",
                "/households/9999/merge", f"/households/{kept.id}/merge/person?other=9999"):  # fmt: skip
        assert screen.get(url).status_code == 404
