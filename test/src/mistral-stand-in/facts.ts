/** A line of the prompt: its number, what stands in brackets, its text. */
const line = /^\[(k?\d+)\] \(([^)]*)\) (.+)$/gm;
/** The side of somebody that a sentence speaks of, by which words, and what of it. */
const sides: readonly (readonly [attribute: string, said: RegExp, type: string])[] = [
  ["employer", /\bwork(?:s|ed)? (?:at|for)\b/i, "state"],
  ["home", /\b(?:live|lives|moved to)\b/i, "state"],
  ["name", /\b(?:call me|my name is)\b/i, "state"],
  ["sport", /\b(?:ran|swam)\b/i, "event"],
];

/**
 * What the stand-in proposes by itself when it is asked for facts: each sentence of a turn that may be quoted and speaks of
 * a side that it knows, in the words of that. It excludes what is known of the same side,
 * but for what happened.
 */
export function factsIn(prompt: string): { facts: unknown[] } {
  const lines = Array.from(prompt.matchAll(line), ([, number = "", labels = "", text = ""]) => ({
    number,
    labels,
    text,
  }));
  const known = lines.filter(({ number }) => number.startsWith("k"));
  const facts = lines
    .filter(({ labels }) => labels.includes("may be quoted"))
    .flatMap(({ number, text }) =>
      text.split(/(?<=[.!])\s+/).flatMap((quote) => {
        const [attribute, , type] = sides.find(([, said]) => said.test(quote)) ?? [];
        if (attribute === undefined || quote.endsWith("?")) return [];
        const excludes = known.flatMap(({ labels }, place) =>
          type === "state" && labels.split(", ")[1] === attribute ? [place + 1] : [],
        );
        return [
          {
            text: quote,
            subject: "user",
            attribute,
            type,
            origin: "stated",
            sources: [{ turn: Number(number), quote }],
            from: "",
            to: "",
            excludes,
          },
        ];
      }),
    );
  return { facts };
}
