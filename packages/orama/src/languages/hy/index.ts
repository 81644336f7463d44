import { stemmer } from "@orama/stemmers/armenian";
import type { Language } from "../language.ts";

export const armenian: Language = {
  code: "hy",
  name: "armenian",
  script: "armenian",
  letters: { missing: "its script gives it away" },
  functionWords: {
    missing: "nobody here reads it well enough to choose them: its words weigh what their rarity says",
  },
  negation: { words: "ոչ չէ առանց երբեք", within: "(?<!\\p{L})չ\\p{L}" },
  questionWords: { missing: "nobody here reads it well enough to choose them" },
  telling: { missing: "its script gives it away" },
  elisions: { missing: "it has no apostrophe" },
  stem: stemmer,
  months: { missing: "nobody here reads it well enough to choose them" },
  weekdays: { missing: "nobody here reads it well enough to choose them" },
  times: { missing: "nobody here reads it well enough to choose them" },
  kinship: { missing: "nobody here reads it well enough to choose them" },
  particles: { missing: "names have none" },
  names: { missing: "nobody here reads it well enough to choose them" },
  orders: { missing: "nobody who writes it has listed how it gives orders to a model" },
};
