const eastern = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/;
const word = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu;

/** The reading rules as the model's description states them, with a `Map` and the engine's Unicode: slow and obvious. */
export function slowReader(terms: readonly string[]): (text: string) => string[] {
  const known = new Set(terms);
  const longest = (text: string, most: number, term: (at: number, end: number) => string): string[] => {
    const found: string[] = [];
    for (let at = 0; at < text.length; ) {
      let end = Math.min(text.length, at + most);
      while (end > at && !known.has(term(at, end))) end--;
      if (end > at) found.push(term(at, end));
      at = Math.max(end, at + 1);
    }
    return found;
  };
  const read = (text: string): string[] => {
    if (known.has(text)) return [text];
    if (eastern.test(text)) return longest(text, 12, (at, end) => text.slice(at, end));
    const bare = text.normalize("NFD").replace(/\p{Mn}/gu, "");
    if (known.has(bare)) return [bare];
    if (text.includes("'"))
      return text
        .split("'")
        .filter((part) => part.length > 1)
        .flatMap(read);
    return longest(bare, bare.length, (at, end) => (at === 0 ? "" : "##") + bare.slice(at, end));
  };
  return (text) =>
    [...text.toLowerCase().normalize("NFKC").replaceAll("’", "'").matchAll(word)].flatMap(([each]) =>
      read(each),
    );
}
