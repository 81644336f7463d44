/**
 * First character of the terms of function words. It keeps them apart from stems that look alike: Spanish "comer" (to eat)
 * has the stem "com", and so would "como" (like).
 */
export const functionMark = "\u0001";

/**
 * First character of the terms that keep their accents. A word with accents has one beside its ordinary term, so that
 * among "pêche" and "péché" the one that was asked for comes first, and "peche" finds both.
 */
export const accentMark = "\u0002";
/**
 * First character of the terms that words with accents have beside the ordinary one where a stemmer sees the accents: the
 * stem of the word as it is typed without them ("José", German "josé", and "jos" of "Jose").
 */
export const foldMark = "\u0004";

/** Whether a term is an extra one: marks are control characters, which no word has. */
export function isMarked(term: string): boolean {
  return term < " ";
}
