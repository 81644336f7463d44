/** Length of a period. */
export type TimeUnit = "day" | "week" | "weekend" | "month" | "year";

/** Words for times in one language, folded (lower case, without accents). Every string is a regular expression. */
export interface TimeWords {
  /** BCP 47, for the names of months and weekdays. */
  locale: string;
  /** Common words of questions that none of the other languages has. */
  telling: string;
  /** Phrases for a day or period that starts so many units from the present one: `["day", -1, "yesterday"]`. */
  phrases: readonly (readonly [TimeUnit, number, string])[];
  /** Names of the units, singular and plural. */
  units: Readonly<Record<TimeUnit, string>>;
  /** What makes a unit or weekday the one before, and where it stands. */
  last: { before?: string; after?: string };
  /** What makes it the present one. */
  present: string;
  /** A number of units ago: what stands before and after. */
  ago: { before?: string; after?: string };
  /** The time from a number of units ago to now: `@` stands for number and unit in `before @`. */
  span: { before: string; after?: string };
  /** Words before a month or a year that make it a time. */
  within: string;
  /** Words between the parts of a date. */
  joint?: string;
  /** Number words from 1 up. */
  numbers: readonly string[];
  /** Asks for the first of several, for the last of several, or for what is so now. */
  earliest: string;
  latest: string;
}

export const timeWords: readonly TimeWords[] = [
  {
    locale: "en",
    telling: "the|what|when|where|who|which|how|did|does|are|were|have|with|and|that|you|my|tell",
    phrases: [
      ["day", -2, "(?:the )?day before yesterday"],
      ["day", -1, "yesterday|last night"],
      ["day", 0, "today|tonight|this (?:morning|afternoon|evening)"],
      ["day", 1, "tomorrow"],
    ],
    units: { day: "days?", week: "weeks?", weekend: "week-?ends?", month: "months?", year: "years?" },
    last: { before: "last|past|previous" },
    present: "this|the current",
    ago: { after: "ago|before now|back" },
    span: { before: "(?:in|over|during|within|for)? ?(?:the )?(?:last|past|previous)" },
    within: "in|during|since|until|last|early|late|mid|year",
    joint: "the|of|on",
    numbers: [
      "an?|one",
      "two|a couple of",
      "three|a few",
      "four",
      "five",
      "six",
      "seven",
      "eight",
      "nine",
      "ten",
    ],
    earliest:
      "(?:the )?first time|when (?:did|was|were|have|had|has) [^?.!]{1,40} first|when [^?.!]{1,40} for the first time",
    latest: "(?:the )?last time|most recent(?:ly)?|latest|currently|current|right now|these days|nowadays",
  },
  {
    locale: "fr",
    telling:
      "combien|quelle|quelles|quels|quand|comment|est|ai|une|avec|pour|mon|nous|vous|etais|etait|avons|avez|suis|qu|j",
    phrases: [
      ["day", -2, "avant-? ?hier"],
      ["day", -1, "hier(?: soir| matin)?|la veille"],
      ["day", 0, "aujourd ?['’] ?hui|ce (?:matin|soir)|cet apres-midi"],
      ["day", 1, "demain"],
      ["year", -1, "l['’]an (?:dernier|passe)"],
    ],
    units: {
      day: "jours?|journees?",
      week: "semaines?",
      weekend: "week-?ends?|fins? de semaine",
      month: "mois",
      year: "ans?|annees?",
    },
    last: { after: "derniere?s?|passee?s?|precedente?s?" },
    present: "ce|cet|cette",
    ago: { before: "il y a|voici|voila" },
    span: { before: "(?:ces|les|des|depuis|au cours des|durant les|pendant les)", after: "derni(?:er|ere)s" },
    within:
      "en|au mois de?|au mois d['’]|depuis|durant|pendant|de|debut|fin|mi|annee|l['’]annee|avant|apres|vers",
    joint: "le|du|de|d['’]",
    numbers: ["une?|1er", "deux", "trois|quelques", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"],
    earliest: "(?:la )?premiere fois|en premier|quand [^?.!]{1,40} pour la premiere fois",
    latest:
      "(?:la )?derniere fois|le plus recent|la plus recente|actuel(?:le)?(?:ment)?|en ce moment|dernierement|recemment",
  },
  {
    locale: "de",
    telling:
      "ist|sind|wer|wann|und|ich|wir|nicht|eine|habe|haben|gibt|mein|meine|mit|welche[mnrs]?|warum|passiert|gemacht",
    phrases: [
      ["day", -2, "vorgestern"],
      ["day", -1, "gestern"],
      ["day", 0, "heute"],
      ["day", 1, "morgen fruh|ubermorgen"],
    ],
    units: {
      day: "tag(?:e[ns]?)?",
      week: "wochen?",
      weekend: "wochenenden?",
      month: "monat(?:e[ns]?|s)?",
      year: "jahr(?:e[ns]?|s)?",
    },
    last: { before: "letzte[mnrs]?|vergangene[mnrs]?|vorige[mnrs]?" },
    present: "diese[mnrs]?",
    ago: { before: "vor" },
    span: { before: "(?:in |wahrend |uber )?(?:den |die |der )?(?:letzten|vergangenen)" },
    within: "im|in|seit|anfang|ende|mitte|jahr|jahre|vom|von|bis|vor|nach|ab",
    joint: "am|den|der",
    numbers: [
      "eine[mnrs]?|ein",
      "zwei",
      "drei|einigen|ein paar",
      "vier",
      "funf",
      "sechs",
      "sieben",
      "acht",
      "neun",
      "zehn",
    ],
    earliest: "zum ersten mal|das erste mal|erstmals|zuerst",
    latest:
      "zum letzten mal|das letzte mal|zuletzt|neuste[mnrs]?|neueste[mnrs]?|aktuelle?[mnrs]?|derzeit(?:ige?[mnrs]?)?|momentan|zurzeit|kurzlich|neulich",
  },
  {
    locale: "es",
    telling: "el|los|cual|cuando|cuant[oa]s?|donde|adonde|quien|fue|hice|yo|muy|estuve|estaba|fui",
    phrases: [
      ["day", -2, "ante ?ayer|antes de ayer"],
      ["day", -1, "ayer|anoche"],
      ["day", 0, "hoy|esta (?:manana|tarde|noche)"],
    ],
    units: {
      day: "dias?",
      week: "semanas?",
      weekend: "fin(?:es)? de semana",
      month: "mes(?:es)?",
      year: "anos?",
    },
    last: { before: "(?:el|la) pasad[oa]|ultim[oa]", after: "pasad[oa]s?|anterior" },
    present: "este|esta",
    ago: { before: "hace", after: "atras" },
    span: { before: "(?:en |durante )?(?:los|las|estos|estas) ultim[oa]s" },
    within: "en|desde|durante|de|del|a principios de|a finales de|ano|antes de|despues de",
    joint: "el|de|del",
    numbers: [
      "una?",
      "dos|un par de",
      "tres|unos|unas",
      "cuatro",
      "cinco",
      "seis",
      "siete",
      "ocho",
      "nueve",
      "diez",
    ],
    earliest: "(?:la )?primera vez|por primera vez",
    latest:
      "(?:la )?ultima vez|por ultima vez|mas reciente(?:mente)?|actual(?:mente)?|ahora mismo|recientemente",
  },
  {
    locale: "it",
    telling: "gli|che|dove|chi|sono|ho|abbiamo|della|mio|hanno|stat[oa]",
    phrases: [
      ["day", -2, "l['’]altro ?ieri|altroieri|avantieri|ieri l['’]altro"],
      ["day", -1, "ieri"],
      ["day", 0, "oggi|stamattina|stasera|stamani"],
      ["year", 0, "quest['’]anno"],
    ],
    units: {
      day: "giorn[oi]",
      week: "settiman[ae]",
      weekend: "fine settimana|week-?end",
      month: "mes[ei]",
      year: "ann[oi]",
    },
    last: {
      before: "l['’]ultim[oa]|lo scorso|la scorsa|scors[oa]",
      after: "scors[oaie]|passat[oaie]|precedente",
    },
    present: "questo|questa",
    ago: { after: "fa|or sono" },
    span: { before: "(?:negli |nelle |gli |le |durante (?:gli|le) )?ultim[ie]" },
    within: "a|in|nel|nell['’]|dal|durante|di|del|anno|inizio|fine|prima del|dopo il",
    joint: "il|l['’]|di|del",
    numbers: [
      "un[oa]?",
      "due|un paio di",
      "tre|qualche",
      "quattro",
      "cinque",
      "sei",
      "sette",
      "otto",
      "nove",
      "dieci",
    ],
    earliest: "(?:la )?prima volta|per la prima volta",
    latest: "(?:l['’])?ultima volta|piu recente(?:mente)?|attual(?:e|mente)|al momento|recentemente",
  },
  {
    locale: "pt",
    telling: "os|eu|meu|minha|nao|onde|quem|voce|foi|fiz|em|uma|com",
    phrases: [
      ["day", -2, "anteontem|antes de ontem"],
      ["day", -1, "ontem"],
      ["day", 0, "hoje"],
    ],
    units: {
      day: "dias?",
      week: "semanas?",
      weekend: "fi(?:m|ns) de semana",
      month: "mes(?:es)?",
      year: "anos?",
    },
    last: { before: "ultim[oa]", after: "passad[oa]s?|anterior" },
    present: "este|esta|neste|nesta",
    ago: { before: "ha", after: "atras" },
    span: { before: "(?:n)?(?:os|as) ultim[oa]s" },
    within: "em|desde|durante|de|no ano de|antes de|depois de",
    joint: "o|de|no|dia",
    numbers: ["uma?", "duas|dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"],
    earliest: "(?:a )?primeira vez",
    latest: "(?:a )?ultima vez|mais recente(?:mente)?|atual(?:mente)?|recentemente",
  },
  {
    locale: "nl",
    telling: "het|een|wat|wanneer|waar|ik|niet|heb|hebben|mijn|hoe|deed|deden|gebeurde",
    phrases: [
      ["day", -2, "eergisteren"],
      ["day", -1, "gisteren"],
      ["day", 0, "vandaag|vanavond|vanmorgen"],
    ],
    units: {
      day: "dag(?:en)?",
      week: "we(?:ek|ken)",
      weekend: "weekend(?:en)?",
      month: "maand(?:en)?",
      year: "ja(?:ar|ren)",
    },
    last: { before: "vorige?|afgelopen|laatste" },
    present: "deze|dit",
    ago: { after: "geleden" },
    span: { before: "(?:in |de )*(?:afgelopen|laatste)" },
    within: "in|sinds|van|tijdens|begin|eind|jaar|voor|na",
    joint: "op|de",
    numbers: ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"],
    earliest: "(?:de )?eerste keer|voor het eerst",
    latest: "(?:de )?laatste keer|meest recente?|huidige|momenteel|onlangs",
  },
];

/** Phrases of languages that put a time in one word or a fixed one, wherever they stand. Folded. */
export const fixedPhrases: readonly (readonly [TimeUnit, number, string])[] = [
  [
    "day",
    -2,
    "前天|一昨日|おととい|그저께|позавчера|позавчора|προχθεσ|προχτεσ|اول امس|שלשום|परसों|evvelsi gun|onceki gun|przedwczoraj|predevcirem|i forrgar|i forgars|toissapaivana|tegnapelott|alaltaieri|hom kia|abans d'ahir|uzvakar",
  ],
  [
    "day",
    -1,
    "昨天|昨日|きのう|어제|вчера|вчора|χθεσ|χτεσ|امس|البارحه|אתמול|dun|wczoraj|vcera|igar|i gar|eilen|tegnap|hom qua|kemarin|ahir|vakar",
  ],
  [
    "day",
    0,
    "今天|今日|きょう|오늘|сегодня|сьогодні|σημερα|اليوم|היום|आज|bugun|dzisiaj|dzis|dnes|idag|i dag|tanaan|hom nay|hari ini|avui",
  ],
  [
    "week",
    -1,
    "上周|上个?星期|先週|지난 ?주|на прошлои неделе|минулого тижня|την προηγουμενη εβδομαδα|την περασμενη εβδομαδα|الاسبوع الماضي|ב?שבוע שעבר|पिछले हफ्ते|पिछले सप्ताह|gecen hafta|w zeszlym tygodniu|w ubieglym tygodniu|minuly tyden|forra veckan|sidste uge|forrige uke|viime viikolla|mult heten|saptamana trecuta|tuan truoc|minggu lalu|la setmana passada|praeita savaite",
  ],
  [
    "week",
    0,
    "这周|本周|今週|이번 ?주|на этои неделе|цього тижня|αυτη την εβδομαδα|هذا الاسبوع|השבוע|इस हफ्ते|bu hafta|w tym tygodniu|tento tyden|den har veckan|denne uge|denne uken|talla viikolla|ezen a heten|saptamana aceasta|tuan nay|minggu ini|aquesta setmana",
  ],
  [
    "month",
    -1,
    "上个?月|先月|지난 ?달|в прошлом месяце|минулого місяця|τον προηγουμενο μηνα|τον περασμενο μηνα|الشهر الماضي|ב?חודש שעבר|पिछले महीने|gecen ay|w zeszlym miesiacu|w ubieglym miesiacu|minuly mesic|forra manaden|sidste maned|forrige maned|viime kuussa|mult honapban|luna trecuta|thang truoc|bulan lalu|el mes passat",
  ],
  [
    "month",
    0,
    "这个?月|本月|今月|이번 ?달|в этом месяце|цього місяця|αυτον τον μηνα|هذا الشهر|החודש|इस महीने|bu ay|w tym miesiacu|tento mesic|den har manaden|denne maned|thang nay|bulan ini|aquest mes",
  ],
  [
    "year",
    -1,
    "去年|昨年|작년|지난해|в прошлом году|минулого року|торік|περυσι|περσι|العام الماضي|السنه الماضيه|ב?שנה שעברה|पिछले साल|gecen yil|gecen sene|w zeszlym roku|w ubieglym roku|vloni|loni|minuly rok|forra aret|i fjol|sidste ar|i fjor|viime vuonna|tavaly|anul trecut|nam ngoai|tahun lalu|l'any passat|pernai",
  ],
  [
    "year",
    0,
    "今年|올해|в этом году|цього року|φετοσ|هذا العام|השנה|इस साल|bu yil|bu sene|w tym roku|letos|i ar|tana vuonna|iden|anul acesta|nam nay|tahun ini|enguany",
  ],
];
