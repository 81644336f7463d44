import { stemmer } from "@orama/stemmers/italian";
import type { Language } from "../language.ts";
import { orders } from "./orders.ts";

export const italian: Language = {
  code: "it",
  name: "italian",
  script: "latin",
  letters: "èàùòì",
  functionWords: `a abbiamo ad agli ai al alla alle allo anche avere aveva avevano avete c che chi ci coi col come con
    contro cosa cui da dagli dai dal dalla dalle dallo degli dei del della delle dello di dov dove e è ed egli
    era erano essere fra fu gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mi mia mie miei mio
    ne negli nei nel nella nelle nello no noi non nostra nostre nostri nostro o per perché perchè più qual
    quale quali quando quanta quante quanti quanto quella quelle quelli quello questa queste questi questo se
    sei si sia siamo siete sono sta stato stata su sua sue sui sul sulla sulle sullo suo suoi ti tra tu tua
    tue tuo tuoi un una uno vi voi vostra vostro`,
  negation: { words: "non no mai senza niente nulla nessuno nessuna nessun neanche nemmeno neppure" },
  questionWords:
    "che chi cosa cos quando dove dov come perché perche quale quali quanto quanta quanti quante qual è",
  telling: "gli che dove chi sono ho abbiamo della mio hanno stato stata",
  elisions: { before: "l d c dell all nell dall sull coll un gl quell quest sant bell" },
  stem: stemmer,
  months: {
    long: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    short: "gen feb mar apr mag giu lug ago set|sett ott nov dic",
  },
  weekdays: "domenica lunedi martedi mercoledi giovedi venerdi sabato",
  times: {
    phrases: [
      ["day", -2, "l['’]altro ?ieri|altroieri|avantieri|ieri l['’]altro"],
      ["day", -1, "ieri"],
      ["day", 0, "oggi|stamattina|stasera|stamani"],
      ["year", 0, "quest['’]anno"],
    ],
    month: { before: "a|in|nel|nell['’]|dal|durante|di|del|anno|inizio|fine|prima del|dopo il" },
    year: { before: "a|in|nel|nell['’]|dal|durante|di|del|anno|inizio|fine|prima del|dopo il" },
    joint: "il|l['’]|di|del",
    units: {
      day: "giorn[oi]",
      week: "settiman[ae]",
      weekend: "fine settimana|week-?end",
      month: "mes[ei]",
      year: "ann[oi]",
    },
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
    last: {
      before: "l['’]ultim[oa]|lo scorso|la scorsa|scors[oa]",
      after: "scors[oaie]|passat[oaie]|precedente",
    },
    present: { before: "questo|questa" },
    ago: { after: "fa|or sono" },
    span: { before: "(?:negli |nelle |gli |le |durante (?:gli|le) )?ultim[ie]" },
    earliest: "(?:la )?prima volta|per la prima volta",
    latest: "(?:l['’])?ultima volta|piu recente(?:mente)?|attual(?:e|mente)|al momento|recentemente",
  },
  kinship: `moglie marito fratello sorella madre padre figlio figlia amico amica fidanzato fidanzata collega capo
    cugino cugina cane gatto gatta`,
  particles: "di da del della la",
  names: {
    titles: "signor signora signorina sig dott dottor dottoressa zio zia nonno nonna professore",
    introductions: "mi_chiamo il_mio_nome_e",
    naming: "chiamato chiamata",
    employers: "lavoro_per lavora_per lavoro_alla azienda ditta",
    homes: `vivo_a vive_a viviamo_a abito_a abita_a abitiamo_a nato_a nata_a trasferito_a trasferita_a viaggio_a
      citta_di`,
    tools: "strumento",
    prepositions: "a in da di",
    institutions: "universita istituto banca ministero ospedale comune scuola politecnico museo",
    plainInstitutions: "universita ospedale ministero",
    joints: "di del della dello dei e d l",
    legalForms: "spa srl sapa snc",
    streets: "via viale piazza corso",
    capitals: `il lo gli uno mio mia tuo sua noi voi loro e ma perche chi cosa dove quando sono ciao grazie caro cara
      dio oggi ieri domani natale pasqua`,
    software: "libreria linguaggio sviluppatore",
  },
  orders,
};
