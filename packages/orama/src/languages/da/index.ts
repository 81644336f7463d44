import { stemmer } from "@orama/stemmers/danish";
import type { Language } from "../language.ts";

export const danish: Language = {
  code: "da",
  name: "danish",
  script: "latin",
  letters: "åøæ",
  functionWords: `ad af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din disse dog du
    efter eller en end er et for fra ham han hans har havde have hende hendes her hos hun hvad hvem hvilken
    hvilke hvis hvor hvordan hvorfor hvornår i ikke ind jeg jer jo kunne man mange med meget men mig min mine
    mit mod ned noget nogle nu når og også om op os over på sig selv sin sine sit skal skulle som sådan thi
    til ud under var vi vil ville vor være været`,
  negation: { words: "ikke aldrig uden ingen intet hverken ej" },
  questionWords: "hvad hvem hvornår hvor hvorfor hvordan hvilken hvilket hvilke er har",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: { long: "januar februar marts april maj juni juli august september oktober november december" },
  weekdays: `sondag|sondags|sondagen mandag|mandags|mandagen tirsdag|tirsdags|tirsdagen onsdag|onsdags|onsdagen
    torsdag|torsdags|torsdagen fredag|fredags|fredagen lordag|lordags|lordagen`,
  times: {
    phrases: [
      ["day", -2, "i forgars"],
      ["day", -1, "i gar"],
      ["day", 0, "i dag"],
      ["week", -1, "sidste uge"],
      ["week", 0, "denne uge"],
      ["month", -1, "sidste maned"],
      ["month", 0, "denne maned"],
      ["year", -1, "sidste ar"],
    ],
    month: { before: "i|under|siden|fra|til|for|efter|ar" },
    year: { before: "ar|sedan|siden|i" },
  },
  kinship: "kone bror soster datter kaereste veninde kollega chef nabo hund",
  particles: "af",
  names: {
    introductions: "jeg_hedder mit_navn_er hedder",
    employers: "arbejder_hos arbejder_pa",
    homes: "bor_i boede_i flyttede_til fodt_i rejse_til",
    legalForms: "aps",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
