import { stemmer } from "@orama/stemmers/romanian";
import type { Language } from "../language.ts";

export const romanian: Language = {
  code: "ro",
  name: "romanian",
  script: "latin",
  letters: "ășțţâîş",
  functionWords: `a acea aceasta această aceea acel acela acele acelea acest acesta aceste acestea acestui ai al ale am ar
    are as aș au avea aveam avem ca că câ când cât câte câți ce cei cel cele cine cineva cu cui cum da dacă
    dar de deci deja deoarece despre din după e ea ei el ele era erau este eu există fi fie fost îi îl îmi în
    încât iar își la le li lor lui mă mai mea mei mele meu mi mie ne nici niște noastră noi nostru nu o or ori
    pe pentru peste prin sa să sale sau se și şi sînt sunt sub sus ta te tot toată toate toți tu un una unde
    unei unui unul unor vă voi vor voastră`,
  negation: { words: "nu niciodată fără nimic nimeni nici niciun nicio", within: "(?<!\\p{L})n-(?=\\p{L})" },
  questionWords: "ce cine când unde cum de care câți câte cât câtă cui este are",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it writes clitics with a hyphen, of which the parts are words" },
  stem: stemmer,
  months: {
    long: "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
  },
  weekdays: "duminica luni marti miercuri joi vineri sambata",
  times: {
    phrases: [
      ["day", -2, "alaltaieri"],
      ["day", -1, "ieri"],
      ["week", -1, "saptamana trecuta"],
      ["week", 0, "saptamana aceasta"],
      ["month", -1, "luna trecuta"],
      ["year", -1, "anul trecut"],
      ["year", 0, "anul acesta"],
    ],
    month: { before: "in|din|de la|pana in|luna" },
    year: { before: "in|din|anul" },
    joint: "anul",
  },
  kinship:
    "sotia sotul fratele fiul fiica prietenul prietena colegul colega seful vecinul vecina cainele pisica",
  particles: { missing: "names have none" },
  names: {
    introductions: "ma_numesc numele_meu_este ma_cheama",
    employers: "lucrez_la lucreaza_la",
    homes: "locuiesc_in locuieste_in stau_in mutat_in",
    legalForms: "srl",
  },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
