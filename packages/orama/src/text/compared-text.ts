import { languages } from "../languages/index.ts";
import { negationText, saysNo } from "./negation.ts";
import { functionMark } from "./term-marks.ts";
import { languagesOf, wordsOf } from "./tokenizer.ts";
import { entryOf, type Word } from "./word-entry.ts";

/** A word of a text that is compared with another. */
export interface ComparedWord {
  /** As `tokenize` has it. */
  readonly term: string;
  /** It says something by itself: it is no function word. */
  readonly tells: boolean;
}

/**
 * A text that is compared with others, word by word. Two texts are read in the language that they have together: a short
 * text alone says little about its language, and its words would be stemmed like those of another one.
 */
export class ComparedText {
  readonly #words: readonly Word[];
  readonly #text: string;

  constructor(text: string) {
    this.#text = negationText(text);
    this.#words = wordsOf(text).flatMap((word) => {
      if (word.weight !== 1) return [];
      // Where a word of Han characters ends is a guess that the next text makes otherwise: 住在 or 住, 上海.
      return word.entry.script === "han" ? Array.from(word.entry.lower, (one) => entryOf(one).word) : [word];
    });
  }

  /** The words of this text and those of another, each in order, without extra forms. */
  wordsBeside(other: ComparedText): [own: ComparedWord[], others: ComparedWord[]] {
    const languages = languagesOf([...this.#words, ...other.#words], undefined, "en");
    const compared = ({ entry }: Word): ComparedWord => ({
      term: entry.term(languages).replace(functionMark, ""),
      tells: !entry.isFunctionWord(languages),
    });
    return [this.#words.map(compared), other.#words.map(compared)];
  }

  /** Whether both say yes, or both say no. */
  saysNoAs(other: ComparedText): boolean {
    const words = [...this.#words, ...other.#words];
    const { latin, cyrillic } = languagesOf(words, undefined, "en");
    const scripts = new Set(words.map(({ entry }) => entry.script));
    // Japanese has words in Han, Chinese none in kana.
    if (scripts.has("kana")) scripts.delete("han");
    const codes = languages
      .filter(({ code, script }) =>
        script === "latin" || script === "cyrillic"
          ? code === latin || code === cyrillic
          : scripts.has(script),
      )
      .map(({ code }) => code);
    return saysNo(this.#text, codes) === saysNo(other.#text, codes);
  }
}
