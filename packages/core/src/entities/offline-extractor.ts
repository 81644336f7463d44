import type { EntityExtractor } from "../types.ts";
import { findAmounts } from "./amounts.ts";
import { type Candidate, settle } from "./candidate.ts";
import { findWrittenDates } from "./dates.ts";
import { findForms } from "./forms.ts";
import { findKnownNames } from "./known-names.ts";
import { findNames } from "./names.ts";
import { readPassage } from "./passage.ts";
import { findUnspacedNames } from "./unspaced-names.ts";

/**
 * The built-in extractor of entities. It needs no model and no network, answers at once, and takes time linear in the
 * text. It finds `email`, `url`, `handle`, `path`, `version`, `identifier`, `date` and `amount` by their form in any
 * language, and `person`, `organization`, `place` and `product` by word lists, capitals and the words around them in some
 * twenty languages. Where it is in doubt it finds nothing. At most 64 entities a text, none overlapping another.
 */
export function offlineExtractor(): EntityExtractor {
  return {
    id: "souvenir-offline-v1",
    extract(text, { language }) {
      const found: Candidate[] = [];
      const passage = readPassage(text);
      findKnownNames(passage, found, language);
      findForms(passage, found);
      findWrittenDates(passage, found);
      findAmounts(passage, found);
      findNames(passage, found);
      findUnspacedNames(passage, found);
      return settle(text, found);
    },
  };
}
