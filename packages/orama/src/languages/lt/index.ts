import { stemmer } from "@orama/stemmers/lithuanian";
import type { Language } from "../language.ts";

export const lithuanian: Language = {
  code: "lt",
  name: "lithuanian",
  script: "latin",
  letters: "ąęčšžėųūį",
  functionWords: `apie ar arba aš be bei bet būti buvo čia dar dėl į iki ir iš ja jau jei ji jie jis jo jog jos jų kada kad
    kai kaip kam kas kiek kodėl kol koks kokia kur kurie kuris kuri man mano mes mūsų ne nei nes net nors nuo
    o pat per po prie prieš savo su šis ši tai taip tarp tas tau tavo ten tik to tu tuo už yra`,
  negation: { words: "ne nėra niekada be niekas nieko nei", within: "(?<!\\p{L})ne\\p{L}{3,}" },
  questionWords: "kas ko kam kada kur kodėl kaip koks kokia kuris kuri kiek ar",
  telling: { missing: "no word of its words for times is a common word of another language" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: {
    long: `sausis|sausio|sausi vasaris|vasario|vasari kovas|kovo|kova balandis|balandzio|balandi geguze|geguzes
      birzelis|birzelio|birzeli liepa|liepos rugpjutis|rugpjucio|rugpjuti rugsejis|rugsejo|rugseji
      spalis|spalio|spali lapkritis|lapkricio|lapkriti gruodis|gruodzio|gruodi`,
  },
  weekdays: `sekmadienis|sekmadieni pirmadienis|pirmadieni antradienis|antradieni treciadienis|treciadieni
    ketvirtadienis|ketvirtadieni penktadienis|penktadieni sestadienis|sestadieni`,
  times: {
    phrases: [
      ["day", -2, "uzvakar"],
      ["day", -1, "vakar"],
      ["day", 0, "siandien"],
      ["week", -1, "praeita savaite"],
      ["year", -1, "pernai"],
    ],
    month: { before: "nuo|iki", after: "menesi|metais" },
    year: { after: "metais|m" },
  },
  kinship: "zmona vyras brolis sesuo dukra draugas draugė kolege kaimynas",
  particles: { missing: "names have none" },
  names: { introductions: "mano_vardas" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
