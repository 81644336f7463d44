import { arabic } from "./ar/index.ts";
import { catalan } from "./ca/index.ts";
import { czech } from "./cs/index.ts";
import { danish } from "./da/index.ts";
import { german } from "./de/index.ts";
import { greek } from "./el/index.ts";
import { english } from "./en/index.ts";
import { spanish } from "./es/index.ts";
import { finnish } from "./fi/index.ts";
import { french } from "./fr/index.ts";
import { irish } from "./ga/index.ts";
import { hebrew } from "./he/index.ts";
import { hindi } from "./hi/index.ts";
import { hungarian } from "./hu/index.ts";
import { armenian } from "./hy/index.ts";
import { indonesian } from "./id/index.ts";
import { italian } from "./it/index.ts";
import { japanese } from "./ja/index.ts";
import { korean } from "./ko/index.ts";
import type { Language, Part, Words } from "./language.ts";
import { lithuanian } from "./lt/index.ts";
import { nepali } from "./ne/index.ts";
import { dutch } from "./nl/index.ts";
import { norwegian } from "./no/index.ts";
import { polish } from "./pl/index.ts";
import { portuguese } from "./pt/index.ts";
import { romanian } from "./ro/index.ts";
import { russian } from "./ru/index.ts";
import { swedish } from "./sv/index.ts";
import { tamil } from "./ta/index.ts";
import { thai } from "./th/index.ts";
import { turkish } from "./tr/index.ts";
import { ukrainian } from "./uk/index.ts";
import { vietnamese } from "./vi/index.ts";
import { chinese } from "./zh/index.ts";

export type { Language, NameWords, OrderWords, Part, Sides, TimeUnit, TimeWords, Words } from "./language.ts";

/** All languages that the engine knows. The order is fixed: snapshots hold positions of those in Latin script. */
export const languages: readonly Language[] = [
  english,
  french,
  german,
  spanish,
  italian,
  portuguese,
  dutch,
  swedish,
  danish,
  norwegian,
  finnish,
  hungarian,
  romanian,
  turkish,
  indonesian,
  polish,
  czech,
  catalan,
  irish,
  lithuanian,
  vietnamese,
  russian,
  ukrainian,
  greek,
  arabic,
  hebrew,
  hindi,
  nepali,
  armenian,
  tamil,
  chinese,
  japanese,
  korean,
  thai,
];

/** What a part says; `undefined` when it is not there. */
export function partOf<What>(part: Part<What>): What | undefined {
  return typeof part === "object" && part !== null && "missing" in part ? undefined : part;
}

/** The words and phrases of a list as they stand there; none for a part that is not there. */
export function wordsOf(list: Part<Words> | undefined): string[] {
  const words = list === undefined ? undefined : partOf(list);
  return words === undefined
    ? []
    : words.split(/\s+/).flatMap((word) => (word === "" ? [] : [word.replaceAll("_", " ")]));
}
