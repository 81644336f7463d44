import type { Candidate } from "./candidate.ts";
import { role, stemOf } from "./lexicon.ts";
import type { Reading } from "./reading.ts";

const particles: ReadonlySet<string> = new Set(
  "of the de du des la le les d l del della di do da dos das der den".split(" "),
);
/** Beginnings that are also ordinary words: a particle must follow. */
const needParticle: ReadonlySet<string> = new Set(["place", "corso", "mont", "площадь"]);

/** "Lake Como", "rue de Rivoli", "улица Пушкина". */
function readBeginning(reading: Reading, index: number, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const word = words[index]!;
  if ((word.roles & role.placeBeginning) === 0) return;
  if (word.shape === "lower" && !lexicon.plainPlaceBeginnings.has(word.key)) return;
  let next = index + 1;
  while (next < index + 4 && words[next]?.shape === "lower" && particles.has(words[next]!.key)) next++;
  const first = words[next];
  if (first === undefined || first.opens || !reading.isNameWord(next) || reading.isHeadline(index)) return;
  if (first.gap !== "space" && first.gap !== "apostrophe" && first.gap !== "period") return;
  if (needParticle.has(word.key) && (next === index + 1 || words[index + 1]!.key === "of")) return;
  const to = reading.nameEnd(next, particles, 4, "place");
  found.push({ start: word.start, end: words[to - 1]!.end, type: "place" });
}

/** "Abbey Road", "Golden Gate Bridge", "İstiklal Caddesi". */
function readEnding(reading: Reading, index: number, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const last = words[index]!;
  if (!lexicon.placeEndings.has(last.key) || reading.isHeadline(index)) return;
  let start = index;
  while (start > 0 && index - start < 3) {
    const { gap, opens } = words[start]!;
    if (opens || gap !== "space" || !reading.isNameWord(start - 1) || reading.known(start - 1) === "product")
      break;
    start--;
  }
  if (start === index || (index - start === 1 && words[start]!.opens)) return;
  found.push({ start: words[start]!.start, end: last.end, type: "place" });
}

/** German streets: "Hauptstraße 12". */
function readStreet(reading: Reading, index: number, found: Candidate[]): void {
  const { words, lexicon } = reading;
  const word = words[index]!;
  if (word.key.length < 8 || !lexicon.placeSuffixes.some((suffix) => word.key.endsWith(suffix))) return;
  const number = words[index + 1];
  const numbered = number?.shape === "number" && number.gap === "space";
  if (!numbered && !word.key.endsWith("strasse")) return;
  found.push({ start: word.start, end: numbered ? number.end : word.end, type: "place" });
}

/** Places: by the kind they name, after words like "live in", and in Russian, Ukrainian and Greek in any case. */
export function findPlaces(reading: Reading, found: Candidate[]): void {
  const { words, lexicon } = reading;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (word.shape === "lower") readBeginning(reading, index, found);
    if (word.shape !== "capitalised" && word.shape !== "mixed") continue;
    readBeginning(reading, index, found);
    if (index > 0) readEnding(reading, index, found);
    readStreet(reading, index, found);
    if (reading.known(index) !== undefined || !reading.isNameWord(index)) continue;
    const code = word.key.charCodeAt(0);
    if (code > 0x36f && code < 0x530 && lexicon.stems.get(stemOf(word.key)) === "place") {
      found.push({ start: word.start, end: word.end, type: "place" });
      continue;
    }
    if (word.opens || lexicon.firstNames.has(word.key) || reading.isHeadline(index)) continue;
    if (reading.cue(index) !== "place") continue;
    const to = reading.nameEnd(index, particles, 4);
    found.push({ start: word.start, end: words[to - 1]!.end, type: "place" });
  }
}
