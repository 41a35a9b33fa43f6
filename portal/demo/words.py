"""What people say and write in the demo, in Indonesian as at a desk. Invented, like the people."""

OWN_WORDS = {
    "edu-basic": (
        "Anak saya naik kelas, sepatu dan tasnya sudah tidak layak pakai. Kami belum sanggup membelikan.",
        "Seragam anak masih pakai punya kakaknya, sudah sempit. Mohon dibantu keperluan sekolahnya.",
        "Anak saya dua orang di SD, buku dan bajunya belum terbeli karena ayahnya sedang tidak ada kerja.",
        "Ongkos ke sekolah tiap hari berat bagi kami, kadang anak tidak masuk karena tidak ada uang jalan.",
    ),
    "edu-higher": (
        "Anak saya diterima di SMK, tapi kami tidak punya uang untuk baju praktik dan buku.",
        "Anak saya mau lanjut kuliah, uang transpor dan keperluan awalnya belum ada.",
        "Sudah tiga bulan anak saya menunggak keperluan sekolah, takut dia berhenti.",
    ),
    "health-medicine": (
        "Ibu saya harus minum obat gula terus, sebagian obatnya harus kami beli sendiri.",
        "Resep dari dokter tidak semuanya ditanggung, kami sudah tidak punya uang untuk menebusnya.",
        "Anak saya sakit paru, susu dan obatnya mahal, kami sudah berutang ke warung.",
    ),
    "health-companion": (
        "Suami saya dirujuk ke rumah sakit di Padang. Kami tidak punya ongkos dan biaya makan untuk menjaganya.",
        "Anak saya dirawat, saya harus menunggu di rumah sakit dan tidak bisa bekerja.",
    ),
    "social-house": (
        "Atap rumah kami bocor di mana-mana dan dindingnya sudah lapuk, kalau hujan kami mengungsi ke tetangga.",
        "Lantai rumah masih tanah dan tiangnya sudah miring, kami takut roboh.",
    ),
    "social-elderly": (
        "Saya tinggal sendiri dan sudah tidak kuat bekerja. Makan sehari-hari dibantu tetangga.",
        "Nenek ini hidup sendiri, anak-anaknya jauh dan tidak ada kabar. Mohon diperhatikan.",
    ),
    "social-disaster": (
        "Rumah kami rusak kena angin kencang, barang-barang banyak yang basah dan tidak bisa dipakai.",
        "Dapur kami terbakar, peralatan masak habis semua.",
    ),
    "data-card": (
        "Kami tidak pernah dapat bantuan apa-apa dan tidak punya KKS. Mohon diperiksa keadaan kami.",
        "Kata Pak RT nama kami tidak ada di data. Padahal kerja suami saya cuma buruh tani.",
        "Kartu UPT-KAN kami hampir habis masa berlakunya, mohon diperpanjang.",
    ),
    "data-letter": ("Kami sebetulnya mampu, tapi kejadian ini menghabiskan simpanan kami.",),
    "referral-social": (
        "Adik saya penyandang disabilitas dan perlu kursi roda, kami tidak tahu harus ke mana.",
        "Ada anak yang putus sekolah dan sering di jalan, mohon dibina.",
    ),
    "empower-referral": (
        "Saya ingin berjualan kecil-kecilan, adakah program untuk modal atau pelatihan?",
        "Kelompok ibu-ibu kami mau ikut KUBE, bagaimana caranya?",
    ),
}

VISIT_NOTES = (
    "Rumah ditemukan, keluarga menerima dengan baik.",
    "Didampingi ketua RT. Keadaan rumah sesuai dengan keterangan keluarga.",
    "Suami sedang bekerja, yang menerima istri.",
    "Tetangga membenarkan keterangan keluarga.",
    "",
)

PROPOSE_HELP = (
    "Keadaan rumah dan penghasilan sesuai kriteria. Saya usulkan dibantu.",
    "Hasil kunjungan jelas miskin dan keterangannya cocok dengan tetangga. Mohon disetujui.",
    "Keluarga memenuhi kriteria dan kebutuhannya nyata. Diusulkan dibantu.",
)
PROPOSE_REFUSE = (
    "Hasil kunjungan menunjukkan keluarga tidak termasuk miskin. Diusulkan tidak dibantu.",
    "Penghasilan dan keadaan rumah di atas kriteria. Diusulkan ditolak dengan penjelasan.",
)
APPROVE = (
    "Hasil kunjungan mendukung, alasan jelas. Disetujui.",
    "Memenuhi kriteria menurut hasil kunjungan dan pemeriksaan data. Disetujui.",
    "Disetujui sesuai usulan pekerja sosial.",
)
DECLINE = (
    "Menurut hasil kunjungan keluarga tidak miskin. Bantuan tidak dapat diberikan; dijelaskan kepada pemohon.",
    "Belum memenuhi kriteria. Silakan melapor kembali bila keadaan berubah.",
)
RETURNED = "Hasil kunjungan belum menjelaskan penghasilan istri. Mohon dilengkapi, lalu diusulkan lagi."

CLOSED = "Bantuan sudah diterima keluarga."
WITHDRAWN = ("Pemohon pindah ke kota lain.", "Pemohon menarik keluhannya; sudah dibantu saudara.")
MISSED = (
    "Tidak ada orang di rumah.",
    "Keluarga sedang di sawah sampai sore.",
    "Hujan lebat, jalan tidak bisa dilalui.",
)
LISTING_ERROR = {
    "inclusion": "Tercantum dalam data, tetapi hasil kunjungan menunjukkan tidak miskin.",
    "exclusion": "Miskin menurut hasil kunjungan, tetapi tidak tercantum dalam data.",
}

REFERRAL_REASONS = {
    "referral-social": "Perlu alat bantu dan pendampingan yang menjadi tugas Dinas Sosial.",
    "empower-referral": "Keluarga siap berusaha; mohon dipertimbangkan untuk pelatihan atau modal usaha.",
}
REFERRAL_ANSWERS = {
    "served": ("Sudah kami layani, alat bantu diserahkan.", "Sudah mengikuti pelatihan."),
    "accepted": ("Diterima, masuk daftar kegiatan bulan depan.",),
    "refused": ("Kuota tahun ini sudah penuh, mohon diajukan lagi tahun depan.",),
}

LIST_ANSWERS = {
    "accepted": "",
    "rejected": "Nomor KK belum padan dengan data kependudukan.",
    "deliberation": "Dibahas dahulu dalam musyawarah kelurahan.",
}
PROPOSAL_WITHDRAWN = "Hasil kunjungan akan dilihat sekali lagi sebelum diusulkan."
