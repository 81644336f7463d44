import { canonicalName } from "../entities/canonical.ts";

/** A name at the head of a turn, as in `Caroline: Hi!`: up to three words that begin like a name. */
const prefix =
  /^\s{0,8}((?:[\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}\p{N}'’._-]{0,31})(?: [\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{M}\p{N}'’._-]{0,31}){0,2})\s?(?::\s|：)/u;
const question = /[?？؟՞⁇⁈፧][\s"'»”’)\]）」』]{0,8}$/u;
/** The Greek question mark looks like a semicolon, and Unicode's composed forms make it one. */
const greekQuestion = /\p{Script=Greek}[\s»”"]{0,4}[;\u037e][\s"'»”’)\]]{0,8}$/u;

/**
 * The names under which a turn is found as said by somebody: the canonical name of who said it, and each word of it. The
 * speaker is the name at the head of the text or else the role. Only for turns of a thread: elsewhere a word before a
 * colon is a heading.
 */
export function speakerNames(value: string, role: string | null | undefined): string[] {
  const names = new Set<string>();
  for (const name of [prefix.exec(value.slice(0, 200))?.[1], role]) {
    if (name === undefined || name === null || name.trim() === "") continue;
    const canonical = canonicalName(name);
    names.add(canonical);
    for (const word of canonical.split(/[^\p{L}\p{M}\p{N}]+/u)) if (word.length > 1) names.add(word);
  }
  return [...names];
}

/** Whether a text ends with a question mark of any script. */
export function asksQuestion(value: string): boolean {
  const end = value.slice(-64).trimEnd();
  return question.test(end) || greekQuestion.test(end);
}
