import { stemmer as stemArmenian } from "@orama/stemmers/armenian";
import { stemmer as stemDanish } from "@orama/stemmers/danish";
import { stemmer as stemDutch } from "@orama/stemmers/dutch";
import { stemmer as stemFinnish } from "@orama/stemmers/finnish";
import { stemmer as stemFrench } from "@orama/stemmers/french";
import { stemmer as stemGerman } from "@orama/stemmers/german";
import { stemmer as stemGreek } from "@orama/stemmers/greek";
import { stemmer as stemHungarian } from "@orama/stemmers/hungarian";
import { stemmer as stemHindi } from "@orama/stemmers/indian";
import { stemmer as stemIndonesian } from "@orama/stemmers/indonesian";
import { stemmer as stemIrish } from "@orama/stemmers/irish";
import { stemmer as stemItalian } from "@orama/stemmers/italian";
import { stemmer as stemLithuanian } from "@orama/stemmers/lithuanian";
import { stemmer as stemNepali } from "@orama/stemmers/nepali";
import { stemmer as stemNorwegian } from "@orama/stemmers/norwegian";
import { stemmer as stemPortuguese } from "@orama/stemmers/portuguese";
import { stemmer as stemRomanian } from "@orama/stemmers/romanian";
import { stemmer as stemRussian } from "@orama/stemmers/russian";
import { stemmer as stemSpanish } from "@orama/stemmers/spanish";
import { stemmer as stemSwedish } from "@orama/stemmers/swedish";
import { stemmer as stemTamil } from "@orama/stemmers/tamil";
import { stemmer as stemTurkish } from "@orama/stemmers/turkish";
import { stemmer as stemUkrainian } from "@orama/stemmers/ukrainian";
import { stemEnglish } from "./english.ts";
import { stemKorean } from "./korean.ts";
import type { Language } from "./language.ts";
import { stemArabic, stemHebrew } from "./semitic.ts";
import { stemCzech, stemPolish } from "./slavic.ts";

/** Snowball where there is one. Languages that are not here keep their words as they are. */
const stemmers: ReadonlyMap<Language, (word: string) => string> = new Map<Language, (word: string) => string>(
  [
    ["en", stemEnglish],
    ["fr", stemFrench],
    ["de", stemGerman],
    ["es", stemSpanish],
    ["it", stemItalian],
    ["pt", stemPortuguese],
    ["nl", stemDutch],
    ["sv", (word) => withoutArticle(stemSwedish(word))],
    ["da", stemDanish],
    ["no", stemNorwegian],
    ["fi", stemFinnish],
    ["hu", stemHungarian],
    ["ro", stemRomanian],
    ["tr", stemTurkish],
    ["id", stemIndonesian],
    ["ga", stemIrish],
    ["lt", stemLithuanian],
    ["pl", stemPolish],
    ["cs", stemCzech],
    ["ru", stemRussian],
    ["uk", stemUkrainian],
    ["el", stemGreek],
    ["ar", stemArabic],
    ["he", stemHebrew],
    ["hi", stemHindi],
    ["ne", stemNepali],
    ["hy", stemArmenian],
    ["ta", stemTamil],
    ["ko", stemKorean],
  ],
);

/** A Swedish stem without the definite article that Snowball leaves on: "skåpet", "nyckeln". */
function withoutArticle(stem: string): string {
  return stem.replace(/(?<=^.{3,})et$|(?<=^.+[aeiouyåäö][lr])n$/, "");
}

/** UTF-16 units of the longest word that is stemmed: longer ones are no words of a language. */
const longestStemmed = 40;

/** The stem of a lower-case word made of letters and marks; the word itself where there is nothing to stem. */
export function stem(word: string, language: Language): string {
  if (word.length > longestStemmed) return word;
  const stemmed = stemmers.get(language)?.(word);
  // Some stemmers cut short words down to nothing.
  return stemmed === undefined || stemmed === "" ? word : stemmed;
}
