import { stemmer } from "@orama/stemmers/indonesian";
import type { Language } from "../language.ts";

export const indonesian: Language = {
  code: "id",
  name: "indonesian",
  script: "latin",
  letters: { missing: "it is written without letters of its own" },
  functionWords: `ada adalah agar akan aku anda antara apa apakah atas atau bagaimana bagi bahwa banyak beberapa belum
    berapa bisa boleh bukan dalam dan dapat dari daripada dengan di dia mana dimana dulu hanya harus hingga ia
    ini itu jika juga kah kalau kami kamu kapan karena ke kepada kita lagi lain lalu lebih maka masih mengapa
    mereka milik namun nya oleh pada para pernah saat saja sampai sangat saya sebagai sebuah sedang sejak
    seperti serta siapa sudah supaya telah tentang tersebut tetapi tidak untuk yaitu yang`,
  negation: { words: "tidak bukan jangan belum tanpa tak" },
  questionWords: "apa apakah siapa kapan dimana mana bagaimana mengapa kenapa berapa",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: { long: "januari februari maret april mei juni juli agustus september oktober november desember" },
  weekdays: "minggu senin selasa rabu kamis jumat sabtu",
  times: {
    phrases: [
      ["day", -1, "kemarin"],
      ["day", 0, "hari ini"],
      ["week", -1, "minggu lalu"],
      ["week", 0, "minggu ini"],
      ["month", -1, "bulan lalu"],
      ["month", 0, "bulan ini"],
      ["year", -1, "tahun lalu"],
      ["year", 0, "tahun ini"],
    ],
    month: { before: "pada|di|bulan|sejak|hingga|tahun" },
    year: { before: "pada|tahun|sejak" },
    joint: "tahun",
  },
  kinship: "istri suami kakak adik ibu ayah sahabat tetangga anjing kucing",
  particles: { missing: "names have none" },
  names: {
    introductions: "nama_saya",
    homes: "tinggal_di pindah_ke lahir_di",
    employers: "bekerja_di",
    legalForms: "bhd",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
