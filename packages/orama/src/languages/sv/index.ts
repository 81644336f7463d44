import type { Language } from "../language.ts";
import { stemSwedish } from "./stem.ts";

export const swedish: Language = {
  code: "sv",
  name: "swedish",
  script: "latin",
  letters: "äöå",
  functionWords: `alla allt än är att av bara bli blev blir de dem den denna deras dess det detta dig din dina ditt du där
    efter ej eller en er ert ett från för ha hade han hans har hon henne hennes honom hur här i icke ingen
    inom inte jag ju kan kunde man med mellan men mig min mina mitt mot mycket ni nu när någon något några och
    om oss på sedan sig sin sina sitt skulle som så till under upp ut utan vad var varför vara varit vart vem
    vems vi vid vilka vilken vilket vår åt över`,
  negation: { words: "inte aldrig utan ingen inget inga varken icke ej" },
  questionWords: "vad vem vems när var vart varför hur vilken vilket vilka är har",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemSwedish,
  months: { long: "januari februari mars april maj juni juli augusti september oktober november december" },
  weekdays: `sondag|sondags|sondagen mandag|mandags|mandagen tisdag|tisdags|tisdagen onsdag|onsdags|onsdagen
    torsdag|torsdags|torsdagen fredag|fredags|fredagen lordag|lordags|lordagen`,
  times: {
    phrases: [
      ["day", -2, "i forrgar"],
      ["day", -1, "igar|i gar"],
      ["day", 0, "idag|i dag"],
      ["week", -1, "forra veckan"],
      ["week", 0, "den har veckan"],
      ["month", -1, "forra manaden"],
      ["month", 0, "den har manaden"],
      ["year", -1, "forra aret|i fjol"],
      ["year", 0, "i ar"],
    ],
    month: { before: "i|under|sedan|fran|till|fore|efter|ar" },
    year: { before: "ar|sedan|siden|i" },
  },
  kinship: "fru make maka bror syster mamma pappa dotter pojkvan flickvan kollega chef granne hund katt",
  particles: "af av",
  names: {
    introductions: "jag_heter mitt_namn_ar heter",
    employers: "jobbar_pa arbetar_pa jobbar_hos arbetar_hos",
    homes: "bor_i bodde_i flyttade_till flyttat_till fodd_i resa_till",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
