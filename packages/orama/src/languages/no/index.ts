import { stemmer } from "@orama/stemmers/norwegian";
import type { Language } from "../language.ts";

export const norwegian: Language = {
  code: "no",
  name: "norwegian",
  script: "latin",
  letters: "åøæ",
  functionWords: `alle at av både ble blei bli blir da de deg dei dem den denne der dere deres det dette di din disse ditt
    du dykk dykkar då eg ei ein eit eller elles en enn er et ett etter for fra før ha hadde han hans har
    hennar henne hennes her hos hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i ikke ikkje inn ja
    jeg kan kom korleis kva kven kvifor man mange med meg meget mellom men mi min mine mitt mot mykje noe noen
    nå når og også om opp oss over på samme seg selv si sia siden sin sine sitt sjøl skal skulle slik som så
    til um under upp ut uten var vart ved vere vi vil ville vår være vært`,
  negation: { words: "ikke aldri uten ingen ingenting intet verken" },
  questionWords: "hva hvem når hvor hvorfor hvordan hvilken hvilket hvilke er har kva kven korleis kvifor",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: { long: "januar februar mars april mai juni juli august september oktober november desember" },
  weekdays: `sondag|sondagen mandag|mandagen tirsdag|tirsdagen onsdag|onsdagen torsdag|torsdagen fredag|fredagen
    lordag|lordagen`,
  times: {
    phrases: [
      ["day", -2, "i forgars"],
      ["day", -1, "i gar"],
      ["day", 0, "i dag"],
      ["week", -1, "forrige uke"],
      ["week", 0, "denne uken"],
      ["month", -1, "forrige maned"],
      ["month", 0, "denne maneden"],
      ["year", -1, "i fjor"],
    ],
    month: { before: "i|under|siden|fra|til|for|etter|ar" },
    year: { before: "ar|sedan|siden|i" },
  },
  kinship: "kone ektemann bror soster datter kjaereste venninne kollega sjef nabo hund",
  particles: "av",
  names: {
    introductions: "jeg_heter mitt_navn_er heter",
    employers: "jobber_i jobber_hos jobber_for",
    homes: "bor_i bodde_i flyttet_til fodt_i reise_til",
    legalForms: "asa",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
