import { scriptOf } from "./characters.ts";
import { foldAccents } from "./fold.ts";
import { type LatinLanguage, stem } from "./language-codes.ts";

/** Lower-case letters of Cyrillic and Greek as Latin ones. What has none there is left out. */
const latinLetters: ReadonlyMap<string, string> = new Map(
  (
    "а a б b в v г g ґ g д d е e є ie ё e ж zh з z и i і i ї i й i к k л l м m н n о o п p р r с s т t у u ў u ф f " +
    "х kh ц ts ч ch ш sh щ shch ы y э e ю iu я ia ђ dj ј j љ lj њ nj ћ ch џ dzh ѓ g ќ k ѕ dz " +
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ i φ f χ ch ψ ps ω o"
  )
    .split(" ")
    .flatMap((letter, at, all) => (at % 2 === 0 ? [[letter, all[at + 1]!] as const] : [])),
);
const greekPairs: readonly (readonly [RegExp, string])[] = [
  [/ου/g, "u"],
  [/αι/g, "e"],
  [/[εο]ι|υι/g, "i"],
  [/([αε])υ(?=[θκξπστφχψ]|$)/g, "$1f"],
  [/([αε])υ/g, "$1v"],
  [/μπ/g, "b"],
  [/ντ/g, "d"],
  [/γκ/g, "g"],
  [/γγ/g, "ng"],
];

/** A folded lower-case word of Cyrillic or Greek in Latin letters, as names are commonly written. */
function toLatin(word: string): string {
  let text = word;
  if (scriptOf(word) === "greek") for (const [pair, latin] of greekPairs) text = text.replace(pair, latin);
  let latin = "";
  for (const letter of text) latin += letter < "\x7f" ? letter : (latinLetters.get(letter) ?? "");
  return latin;
}

/** After a vowel, й or и: "Sergei" and "Mikhail". */
const shortI = [/([aeou])[iyj](?![aeou])/g, "$1й"] as const;
const toCyrillicSteps: readonly (readonly [RegExp, string])[] = [
  [/shch/g, "щ"],
  [/tsch|tch|ch/g, "ч"],
  [/sch|sh/g, "ш"],
  [/zh/g, "ж"],
  [/kh|h/g, "х"],
  [/ts|tz/g, "ц"],
  [/ph/g, "ф"],
  [/x/g, "кс"],
  shortI,
  [/i[yj]?a$/g, "ия"],
  [/[iyj]+a/g, "я"],
  [/[iyj]+u/g, "ю"],
  [/[iyj]+[eo]/g, "е"],
  [/(?<=[^aeiouyаеиоуюяй])[iy]+$/g, "ий"],
];
const cyrillicLetters = lettersOf(
  "a а b б c к d д e е f ф g г i и j й k к l л m м n н o о p п q к r р s с t т u у v в w в y и z з",
);

const toGreekSteps: readonly (readonly [RegExp, string])[] = [
  [/th/g, "θ"],
  [/ph/g, "φ"],
  [/kh|ch|h/g, "χ"],
  [/ps/g, "ψ"],
  [/x|ks/g, "ξ"],
  [/ou|oo|u|w/g, "ου"],
  [/[iy]s$/g, "ης"],
  [/[iy]$/g, "η"],
  [/s$/g, "ς"],
];
const greekLetters = lettersOf(
  "a α b μπ c κ d δ e ε f φ g γ i ι j τζ k κ l λ m μ n ν o ο p π q κ r ρ s σ t τ v β y ι z ζ",
);

function lettersOf(table: string): ReadonlyMap<string, string> {
  const letters = table.split(" ");
  return new Map(
    letters.flatMap((letter, at) => (at % 2 === 0 ? [[letter, letters[at + 1]!] as const] : [])),
  );
}

function spell(
  latin: string,
  steps: readonly (readonly [RegExp, string])[],
  letters: ReadonlyMap<string, string>,
): string {
  let text = latin;
  for (const [part, replacement] of steps) text = text.replace(part, replacement);
  return Array.from(text, (letter) => letters.get(letter) ?? letter).join("");
}

/** Spellings that different habits of romanisation give one sound: "Tchaikovsky", "Chaykovskiy"; "Sergei", "Sergey". */
const romanisations: readonly (readonly [RegExp, string])[] = [
  [/shch|tsch|tch|cz|[ckg]h|g/g, "h"],
  [/sch|sh|sz/g, "S"],
  [/[zr]z|zh/g, "Z"],
  [/t[sz]|c(?=[eiy])/g, "c"],
  [/ph/g, "f"],
  [/th/g, "t"],
  [/c?k|[cq](?![eiy])/g, "k"],
  [/x/g, "ks"],
  [/w/g, "v"],
  [/ou|oo/g, "u"],
  [/[iyj]+([au])/g, "$1"],
  [/[iyj]+[eo]/g, "e"],
  [/[iyj]+/g, "i"],
  [/(.)\1+/g, "$1"],
];

/** UTF-16 units of the words and stems that are compared across scripts. */
const shortestWord = 3;
const shortestStem = 2;
const longest = 32;

/**
 * A word as it sounds, roughly, in one alphabet for Latin, Cyrillic and Greek, so that the spellings of a name in two of
 * them are equal. `undefined` for a word of another script, or with other characters than letters, or too short to tell.
 */
function soundOf(word: string): string | undefined {
  if (word.length < shortestStem || word.length > longest || !/^[a-zа-џґα-ω]+$/.test(word)) return undefined;
  let sound = word.charCodeAt(0) < 0x80 ? word : toLatin(word);
  for (const [spelling, common] of romanisations) sound = sound.replace(spelling, common);
  return sound.length < shortestStem ? undefined : sound;
}

/** A number for the sound of a term, not 0; 0 when it has none. */
export function soundNumber(term: string): number {
  const sound = soundOf(term);
  if (sound === undefined) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < sound.length; at++) hash = Math.imul(hash ^ sound.charCodeAt(at), 0x01000193);
  return hash >>> 0 || 1;
}

/** What stands after the stem of a name in the nominative, in Russian and Ukrainian. */
const nominativeEndings = ["", "а", "ий"];

/**
 * The numbers of the sounds under which a word can stand in an index in another script: stems are cut in the script of
 * the text, so the word is spelled in that script, and cut there.
 * @param word - In lower case. @param latin - Languages of texts in Latin script.
 */
export function soundsInOtherScripts(word: string, latin: readonly LatinLanguage[]): ReadonlySet<number> {
  const plain = foldAccents(word);
  if (plain.length < shortestWord || plain.length > longest || !/^[a-zа-џґα-ω]+$/.test(plain))
    return new Set();
  const script = scriptOf(plain);
  const stems: string[] = [];
  if (script !== "latin") {
    const forms = [plain];
    if (script === "cyrillic") for (const ending of nominativeEndings) forms.push(stem(plain, "ru") + ending);
    for (const form of forms.map(toLatin))
      for (const language of latin) stems.push(form, foldAccents(stem(form, language)));
  }
  const spelled = script === "latin" ? plain : toLatin(plain);
  if (script !== "cyrillic")
    for (const steps of [toCyrillicSteps, toCyrillicSteps.filter((step) => step !== shortI)]) {
      const cyrillic = spell(spelled, steps, cyrillicLetters);
      stems.push(stem(cyrillic, "ru"), stem(cyrillic, "uk"));
    }
  if (script !== "greek") stems.push(foldAccents(stem(spell(spelled, toGreekSteps, greekLetters), "el")));
  const numbers = new Set(stems.map(soundNumber));
  numbers.delete(0);
  return numbers;
}
