import { type Language, languages, partOf, wordsOf } from "@souvenir/orama/languages";
import type { Candidate } from "./candidate.ts";
import { entryOf, lexicon } from "./lexicon.ts";
import type { Passage } from "./passage.ts";

interface Script {
  /** Whether a text may be in the language. */
  readonly writes: (text: string) => boolean;
  readonly patterns: readonly (readonly [type: string, expression: RegExp])[];
  readonly stem: ((word: string) => string) | undefined;
}

const han = "[\\p{sc=Han}々〆]";
const kana = "[\\p{sc=Kana}ー]";
const hangul = "\\p{sc=Hang}";

/** Chinese has nothing else than Han, Japanese has. */
const writing: Readonly<Record<string, (text: string) => boolean>> = {
  han: (text) => /\p{sc=Han}/u.test(text) && !/\p{sc=Hira}/u.test(text),
  kana: (text) => /\p{sc=Hira}/u.test(text),
  hangul: (text) => /\p{sc=Hang}/u.test(text),
};

function scriptOf(language: Language): Script | undefined {
  const names = partOf(language.names);
  if (names?.patterns === undefined) return undefined;
  const family = `(?:${wordsOf(names.familyNames).join("|")})`;
  const filled: Readonly<Record<string, string>> = { family, han, kana, hangul };
  return {
    writes: writing[language.script] ?? (() => false),
    patterns: names.patterns.map(([type, source]) => [
      type,
      new RegExp(
        source.replace(/\{(\w{3,})\}/g, (_, name: string) => filled[name]!),
        "dgu",
      ),
    ]),
    stem: partOf(language.stem),
  };
}

let read: readonly Script[] | undefined;

/** The known name at a position, with the end of a name of an institution or a place that belongs to it. */
function knownAt(text: string, at: number): { end: number; type: string } | undefined {
  const known = lexicon()
    .runNames.get(text[at]!)
    ?.find(({ name }) => text.startsWith(name, at));
  if (known === undefined) return undefined;
  const end = at + known.name.length;
  for (let to = Math.min(end + 4, text.length); known.type === "place" && to > end; to--) {
    const roles = entryOf(text.slice(end, to))?.roles;
    if (roles?.has("institutionEndings")) return { end: to, type: "organization" };
    if (roles?.has("streetEndings")) return { end: to, type: "place" };
  }
  return { end, type: known.type };
}

/** Names in Chinese, Japanese, Korean and Thai: known ones, and those that a title, a courtesy or a suffix shows. */
export function findUnspacedNames({ words, text, signed }: Passage, found: Candidate[]): void {
  if (!signed || !/[^\0-\u0dff]/.test(text)) return;
  read ??= languages.flatMap((language) => scriptOf(language) ?? []);
  const scripts = read.filter(({ writes }) => writes(text));
  for (const { shape, start, end } of words) {
    if (shape !== "run" && shape !== "hangul") continue;
    const run = text.slice(start, end);
    for (let at = 0; at < run.length; at++) {
      const known = knownAt(run, at);
      if (known !== undefined) {
        // A Korean word is a name with nothing but endings after it.
        const named = run.slice(0, known.end);
        if (shape === "run" || scripts.some(({ stem }) => stem?.(run) === stem?.(named)))
          found.push({ start: start + at, end: start + known.end, type: known.type });
        at = known.end - 1;
      }
      if (shape === "hangul") break;
    }
  }
  for (const { patterns } of scripts)
    for (const [type, expression] of patterns)
      for (const { indices } of text.matchAll(expression)) {
        const [start, end] = indices!.groups!.name!;
        found.push({ start, end, type });
      }
}
