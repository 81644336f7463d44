import { type FrozenPart, frozen } from "../frozen-part.ts";
import {
  type CyrillicLanguage,
  cyrillicLanguages,
  type Language,
  type LatinLanguage,
  latinLanguages,
} from "./language-codes.ts";
import { type TextLanguages, textLanguages } from "./text-languages.ts";
import type { Word } from "./word-entry.ts";

/** Above the bits of the Latin language, which is its position plus one, and of the Cyrillic one. */
const cyrillicShift = 5;
const otherShift = 7;

/** In which languages the documents of an index were stemmed. */
export class LanguageCounts {
  /**
   * By document: position of the Latin language plus one, and of the Cyrillic one, 0 for no words of the script; and whether
   * most of its words are of neither.
   */
  #byDocument: Uint8Array = new Uint8Array(0);
  /** Documents by language; those without words of the script, at 0, are not kept up. */
  readonly #latin = new Int32Array(latinLanguages.length + 1);
  readonly #cyrillic = new Int32Array(cyrillicLanguages.length + 1);
  /** The same without documents most of whose words are in another script, which are counted apart. */
  readonly #mainlyLatin = new Int32Array(latinLanguages.length + 1);
  readonly #mainlyCyrillic = new Int32Array(cyrillicLanguages.length + 1);
  #others = 0;

  /** Makes room for a document number. Throws RangeError when memory does not suffice. */
  reserve(doc: number): void {
    if (doc < this.#byDocument.length) return;
    const larger = new Uint8Array(Math.max(doc + 1, this.#byDocument.length * 2, 64));
    larger.set(this.#byDocument);
    this.#byDocument = larger;
  }

  /** There must be room. */
  add(doc: number, texts: readonly (readonly Word[])[], languages: TextLanguages): void {
    let latin = 0;
    let cyrillic = 0;
    let others = 0;
    for (const words of texts) {
      for (const { entry } of words) {
        const isLatin = entry.script === "latin";
        if (isLatin) latin = latinLanguages.indexOf(languages.latin) + 1;
        else if (entry.script === "cyrillic") cyrillic = cyrillicLanguages.indexOf(languages.cyrillic) + 1;
        others += isLatin || entry.script === "cyrillic" ? -1 : 1;
      }
    }
    this.#byDocument[doc] = latin | (cyrillic << cyrillicShift) | (Number(others > 0) << otherShift);
    this.#count(doc, 1);
  }

  /** The document must have been added. */
  remove(doc: number): void {
    this.#count(doc, -1);
    this.#byDocument[doc] = 0;
  }

  #count(doc: number, change: number): void {
    const bits = this.#byDocument[doc]!;
    const latin = bits & ((1 << cyrillicShift) - 1);
    const cyrillic = (bits >>> cyrillicShift) & ((1 << (otherShift - cyrillicShift)) - 1);
    const isOther = bits >>> otherShift !== 0;
    this.#latin[latin]! += change;
    this.#cyrillic[cyrillic]! += change;
    if (isOther) this.#others += change;
    else {
      this.#mainlyLatin[latin]! += change;
      this.#mainlyCyrillic[cyrillic]! += change;
    }
  }

  freeze(): FrozenPart[] {
    return [frozen(this.#byDocument.slice())];
  }

  static load(parts: readonly Uint8Array[]): LanguageCounts {
    const counts = new LanguageCounts();
    counts.#byDocument = parts[0]!.slice();
    for (let doc = 0; doc < counts.#byDocument.length; doc++)
      if (counts.#byDocument[doc] !== 0) counts.#count(doc, 1);
    return counts;
  }

  /** The Latin language of a document; `undefined` for one without words in Latin script. */
  latinOf(doc: number): LatinLanguage | undefined {
    return latinLanguages[((this.#byDocument[doc] ?? 0) & ((1 << cyrillicShift) - 1)) - 1];
  }

  /** The Latin language of most documents. */
  commonest(fallback: LatinLanguage): LatinLanguage {
    let best = latinLanguages.indexOf(fallback);
    for (let position = 0; position < latinLanguages.length; position++) {
      if (this.#latin[position + 1]! > this.#latin[best + 1]!) best = position;
    }
    return latinLanguages[best]!;
  }

  /** Documents mainly in a language; of one in neither Latin nor Cyrillic script, all that are mainly in neither. */
  count(language: Language): number {
    const latin = latinLanguages.indexOf(language as LatinLanguage);
    if (latin >= 0) return this.#mainlyLatin[latin + 1]!;
    const cyrillic = cyrillicLanguages.indexOf(language as CyrillicLanguage);
    return cyrillic >= 0 ? this.#mainlyCyrillic[cyrillic + 1]! : this.#others;
  }

  /** Combinations that, between them, have every language that occurs, with `own` first. */
  present(own: TextLanguages): TextLanguages[] {
    const latin = latinLanguages.filter((language, at) => language !== own.latin && this.#latin[at + 1]! > 0);
    const cyrillic = cyrillicLanguages.filter(
      (language, at) => language !== own.cyrillic && this.#cyrillic[at + 1]! > 0,
    );
    const combinations: TextLanguages[] = [own];
    for (let at = 0; at < Math.max(latin.length, cyrillic.length); at++) {
      combinations.push(textLanguages(latin[at] ?? own.latin, cyrillic[at] ?? own.cyrillic));
    }
    return combinations;
  }
}
