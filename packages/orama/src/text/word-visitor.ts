/**
 * Receives the words of a text in order. `weight` is 1 for a word; less for an extra form of words that come as well,
 * such as a compound in one piece or a pair of Han characters. Extra forms add ways to be found, but no length. `whole`:
 * the extra form is an identifier, of which the words that come as well are only parts.
 */
export type WordVisitor = (word: string, weight: number, whole?: boolean) => void;
