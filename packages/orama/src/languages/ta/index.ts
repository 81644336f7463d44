import { stemmer } from "@orama/stemmers/tamil";
import type { Language } from "../language.ts";

export const tamil: Language = {
  code: "ta",
  name: "tamil",
  script: "tamil",
  letters: { missing: "its script gives it away" },
  functionWords: {
    missing: "nobody here reads it well enough to choose them: its words weigh what their rarity says",
  },
  negation: { within: "இல்லை|மாட்ட|வேண்டாம்|கூடாது|முடியாது" },
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
