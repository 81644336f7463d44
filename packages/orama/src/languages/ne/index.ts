import { stemmer } from "@orama/stemmers/nepali";
import type { Language } from "../language.ts";

export const nepali: Language = {
  code: "ne",
  name: "nepali",
  script: "devanagari",
  letters: { missing: "Hindi shares its script, and is what a text is taken for that does not say" },
  functionWords: {
    missing: "nobody here reads it well enough to choose them: its words weigh what their rarity says",
  },
  negation: { words: "न", within: "छैन|होइन|दैन|नहुँ|बिना" },
  questionWords: { missing: "nobody here reads it well enough to choose them" },
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: { missing: "nobody here reads it well enough to choose them" },
  weekdays: { missing: "nobody here reads it well enough to choose them" },
  times: { missing: "nobody here reads it well enough to choose them" },
  kinship: { missing: "without capitals a relation does not show where a name begins" },
  particles: { missing: "names have none" },
  names: { missing: "nobody here reads it well enough to choose them" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
