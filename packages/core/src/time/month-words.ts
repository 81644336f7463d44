/**
 * Months, years and weekdays in a language that is not in `timeWords`: it inflects them, or a table of phrases is enough.
 * Folded; every string is a regular expression.
 */
export interface MonthWords {
  /** BCP 47, for the names of months. */
  locale: string;
  /** The twelve months, in every form. Default: the names of the locale. */
  months?: string;
  /** Endings of the months that say by themselves that they are a time. */
  endings?: string;
  /** What makes a month a time: what stands before, and what after. */
  before?: string;
  after?: string;
  /** What makes a time of a year alone. */
  beforeYear?: string;
  afterYear?: string;
  /** What may stand between a month and a year. */
  year?: string;
  /** From Sunday on, in the forms that say when something was. */
  weekdays?: string;
}

export const monthWords: readonly MonthWords[] = [
  {
    locale: "pl",
    months:
      "stycz(?:en|nia|niu) lut(?:y|ego|ym) mar(?:zec|ca|cu) kwie(?:cien|tnia|tniu) maj[au]? czerw(?:iec|ca|cu) lip(?:iec|ca|cu) " +
      "sierp(?:ien|nia|niu) wrzes(?:ien|nia|niu) pazdziernik[au]? listopad(?:a|zie)? grud(?:zien|nia|niu)",
    before: "we?|od|do|po|przed|podczas",
    year: "roku",
    weekdays: "niedziel[eai] poniedzialek wtorek srode czwartek piatek sobote",
    beforeYear: "we?|od|roku",
    afterYear: "roku",
  },
  {
    locale: "cs",
    months:
      "led(?:en|na|nu) unora?u? brez(?:en|na|nu) dub(?:en|na|nu) kvet(?:en|na|nu) cerv(?:en|na|nu) cerven(?:ec|ce|ci) " +
      "srp(?:en|na|nu) zari rij(?:en|na|nu) listopadu? prosin(?:ec|ce|ci)",
    before: "ve?|od|do|po|pred|behem",
    year: "roku|roce",
    weekdays: "nedeli pondeli utery stredu ctvrtek patek sobotu",
    beforeYear: "v roce|od roku|roku",
  },
  {
    locale: "ru",
    months:
      "январ(?:ь|я|е) феврал(?:ь|я|е) март[ае]? апрел(?:ь|я|е) ма[ияе] июн(?:ь|я|е) июл(?:ь|я|е) август[ае]? сентябр(?:ь|я|е) " +
      "октябр(?:ь|я|е) ноябр(?:ь|я|е) декабр(?:ь|я|е)",
    before: "во?|со?|до|после|за|на",
    year: "года|году",
    weekdays: "воскресенье понедельник вторник среду четверг пятницу субботу",
    beforeYear: "в",
    afterYear: "года|году",
  },
  {
    locale: "uk",
    months:
      "січ(?:ень|ня|ні) лют(?:ии|ого|ому) берез(?:ень|ня|ні) квіт(?:ень|ня|ні) трав(?:ень|ня|ні) черв(?:ень|ня|ні) лип(?:ень|ня|ні) " +
      "серп(?:ень|ня|ні) верес(?:ень|ня|ні) жовт(?:ень|ня|ні) листопад[аі]? груд(?:ень|ня|ні)",
    before: "[ву]|зі?|до|після|за|на",
    year: "року|році",
    weekdays: "неділю понеділок вівторок середу четвер п['’]ятницю суботу",
    beforeYear: "[ву]",
    afterYear: "року|році",
  },
  {
    locale: "el",
    months:
      "ιανουαρι(?:οσ|ου|ο) φεβρουαρι(?:οσ|ου|ο) μαρτι(?:οσ|ου|ο) απριλι(?:οσ|ου|ο) μαι(?:οσ|ου|ο) ιουνι(?:οσ|ου|ο) ιουλι(?:οσ|ου|ο) " +
      "αυγουστ(?:οσ|ου|ο) σεπτεμβρι(?:οσ|ου|ο) οκτωβρι(?:οσ|ου|ο) νοεμβρι(?:οσ|ου|ο) δεκεμβρι(?:οσ|ου|ο)",
    before: "τον?|του|απο|μεχρι|μετα",
    year: "του",
    weekdays: "κυριακη δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο",
    beforeYear: "το|απο το",
  },
  {
    locale: "tr",
    months: "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
    after: "ayinda|ayi|yilinda",
    year: "yili?",
    weekdays: "pazar pazartesi sali carsamba persembe cuma cumartesi",
    afterYear: "yilinda|yili",
    endings: "['’]?[dt][ae]",
  },
  {
    locale: "sv",
    before: "i|under|sedan|fran|till|fore|efter|ar",
    weekdays: "son man tis ons tors fre lor".replace(/\w+/g, "$&dag(?:s|en)?"),
    beforeYear: "ar|sedan|siden|i",
  },
  {
    locale: "da",
    before: "i|under|siden|fra|til|for|efter|ar",
    weekdays: "son man tirs ons tors fre lor".replace(/\w+/g, "$&dag(?:s|en)?"),
    beforeYear: "ar|sedan|siden|i",
  },
  { locale: "nb", before: "i|under|siden|fra|til|for|etter|ar", beforeYear: "ar|sedan|siden|i" },
  {
    locale: "fi",
    months: "tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu".replace(/\w+/g, "$&kuu"),
    beforeYear: "vuonna|vuoden",
    endings: "ssa|n|ta|sta|hun",
  },
  {
    locale: "hu",
    months:
      "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december",
    endings: "ban|ben|i|tol|ig",
    afterYear: "-?ban|-?ben",
  },
  { locale: "ro", year: "anul", before: "in|din|de la|pana in|luna", beforeYear: "in|din|anul" },
  {
    locale: "ca",
    before: "el|al|del?|des del?|durant el|l['’]any",
    year: "del?",
    beforeYear: "el|del|des del|l['’]any",
  },
  { locale: "id", before: "pada|di|bulan|sejak|hingga|tahun", year: "tahun", beforeYear: "pada|tahun|sejak" },
  {
    locale: "lt",
    months:
      "saus(?:is|io|i) vasar(?:is|io|i) kov(?:as|o|a) baland(?:is|zio|i) geguz[es]s? birzel(?:is|io|i) liep(?:a|os) rugpju(?:tis|cio|ti) rugsej(?:is|o|i) spal(?:is|io|i) lapkri(?:tis|cio|ti) gruod(?:is|zio|i)",
    before: "nuo|iki",
    after: "menesi|metais",
    afterYear: "metais|m",
  },
  { locale: "ar", before: "في|منذ|خلال|شهر|عام|سنة", year: "عام|سنة", beforeYear: "في|عام|سنه|في عام" },
  {
    locale: "he",
    months: "ינואר פברואר מר[ץס] אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר".replace(
      /[^ ]+/g,
      "[במל]?$&",
    ),
    before: "חודש|בחודש|בשנת|ב-?",
    year: "שנת",
    beforeYear: "ב-?|בשנת",
  },
  {
    locale: "hi",
    months:
      "जनवरी (?:फ|फ़)रवरी मार्च अप्रैल मई जून जुलाई अगस्त (?:सितंबर|सितम्बर) (?:अक्टूबर|अक्तूबर) (?:नवंबर|नवम्बर) (?:दिसंबर|दिसम्बर)",
    after: "में|के महीने|से|तक",
    afterYear: "में",
  },
];

/** "5月", "2026年5月6日", "tháng 5 năm 2026": months by number. The first group is the year, where it is named, then month and day. */
export const numberedMonths: readonly { regex: string; order: "year-month-day" | "day-month-year" }[] = [
  {
    regex: "(?:(\\d{4})年)?(\\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:(\\d{1,2})[日号號])?",
    order: "year-month-day",
  },
  { regex: "(?:(\\d{4})년 ?)?(\\d{1,2})월(?: ?(\\d{1,2})일)?", order: "year-month-day" },
  { regex: "(?:ngay (\\d{1,2}) )?thang (\\d{1,2})(?!\\d)(?:,? (?:nam )?(\\d{4}))?", order: "day-month-year" },
];
