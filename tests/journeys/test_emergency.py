"""Path c: a family that is not poor, an event that cannot wait, and a letter of the mayor for one month."""

import re

from PIL import Image

from tests.journeys import steps
from tests.journeys.conftest import SCREENS


def test_an_emergency_gets_the_mayors_letter_and_its_exit(walker, tmp_path):
    # Given a family that is not poor and whose house burnt down, heard by Budi at the desk
    family = steps.new_family()
    budi = walker("budi")
    steps.take_complaint(
        budi, family, "Rumah kami terbakar tadi malam.", "Surat Rekomendasi keadaan darurat",
        (steps.KTP,), visit=False,
    )  # fmt: skip
    photo = tmp_path / "rumah.jpg"
    Image.new("RGB", (320, 240), "sienna").save(photo)

    # When he asks the mayor for a letter: the event, the one service, the proof
    budi.follows("Ajukan surat kepada Wali Kota").reads("Ajukan surat kepada Wali Kota")
    budi.ticks("Kebakaran rumah").types("Hari kejadian", steps.an_earlier_day(1))
    budi.types("Apa yang terjadi, dalam beberapa kalimat", "Rumah terbakar habis; keluarga menumpang di tetangga.")
    budi.chooses("Layanan yang diperlukan", "Bantuan pembelian obat").types("Nilai yang diminta", "1.200.000")
    budi.types("Mengapa tidak dapat menunggu", "Anak luka bakar dan perlu obat setiap hari.")
    budi.page.locator("#proof").set_input_files(photo)
    budi.is_accessible().presses("Kirim kepada Wali Kota")
    budi.sees("sekarang menunggu Wali Kota").is_accessible()
    request = budi.path

    # Then it stands on the mayor's page, which opens with the longest wait and shows one emergency on one screen
    walikota = walker("walikota").is_accessible().goes("/recommendations").reads("Darurat").is_accessible()
    first, ours = walikota.main.locator("article").first, walikota.main.locator("article", has_text=family.head)
    for emergency in (first, ours):
        assert emergency.bounding_box()["height"] <= SCREENS["phone"]["height"]
    box = first.bounding_box()
    assert box["y"] + box["height"] <= walikota.page.viewport_size["height"]
    # And nothing of where they live or who they are by number
    assert family.address not in walikota.page.content()
    assert family.nik not in walikota.page.content()

    # And when she approves it with a reason
    ours.locator("summary", has_text="Setujui").click()
    ours.get_by_label("Dengan kata-kata sendiri").first.fill("Lurah sudah melihat rumahnya.")
    walikota.is_accessible()
    ours.get_by_role("button", name="Setujui dan terbitkan surat").click()
    walikota.sees(f"untuk {family.head}, berlaku sampai").is_accessible()

    # Then the letter is there, with its number and the amount in words
    letter = walikota.prints("Buka surat (PDF)")
    assert family.head in letter
    assert "satu juta dua ratus ribu rupiah" in letter.lower()
    code = re.search(r"[A-Z0-9]{6}(-[A-Z0-9]{6}){2}", letter)
    assert code
    walker().goes(f"/verify/{code[0]}").reads("Berlaku").is_accessible()

    # And Budi records how it went on, before the month is over
    budi.goes(request).sees("Lurah sudah melihat rumahnya.").is_accessible()
    budi.ticks(re.compile("^Ditutup")).types("Alasan", "Obat sudah dibeli, keluarga sudah pulang.")
    budi.presses("Catat kelanjutan")
    budi.sees("Obat sudah dibeli, keluarga sudah pulang.").is_accessible(last=True)
