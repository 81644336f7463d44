import type { EntityExtractor } from "../types.ts";
import { readAddresses } from "./addresses.ts";
import { findAmounts } from "./amounts.ts";
import { type Candidate, settle } from "./candidate.ts";
import { readChunks } from "./chunks.ts";
import { findWrittenDates, readNumericDate } from "./dates.ts";
import { findEastAsianNames } from "./east-asian-names.ts";
import { readIdentifiers } from "./identifiers.ts";
import { findKnownNames } from "./known-names.ts";
import { findOrganizations } from "./organizations.ts";
import { readPassage } from "./passage.ts";
import { findPersons } from "./persons.ts";
import { findPlaces } from "./places.ts";
import { findProducts } from "./products.ts";
import { Reading } from "./reading.ts";
import { findUncasedNames } from "./uncased-names.ts";

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
      const { mentions, setting } = findKnownNames(passage, found, language);
      for (const chunk of readChunks(text)) {
        readAddresses(chunk, found);
        readNumericDate(chunk, found);
        readIdentifiers(chunk, found);
      }
      findWrittenDates(passage, found);
      findAmounts(passage, found);
      const reading = new Reading(passage, mentions, setting);
      findOrganizations(reading, found);
      findPlaces(reading, found);
      findPersons(reading, found);
      findProducts(reading, found);
      findUncasedNames(passage, mentions, found);
      findEastAsianNames(passage, found);
      return settle(text, found);
    },
  };
}
