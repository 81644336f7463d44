import type { FactExtractor, Memory } from "@souvenir/core";
import { shop } from "./bakery.ts";

/** "The customer's bread is rye" is said; "Perhaps the customer's bread is rye" is concluded. */
export const breadFacts: FactExtractor = {
  id: "scripted",
  usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
  async extract({ turns, known }) {
    return turns.flatMap(({ text }, index) => {
      const found = /(perhaps )?(\p{L}+)'s (\p{L}+) is ([\p{L} <>/()]+)/iu.exec(text);
      if (found === null) return [];
      const [quote, perhaps, subject = "", attribute = "", value = ""] = found;
      return [
        {
          text: `${subject}'s ${attribute} is ${value}.`,
          subject,
          attribute,
          type: "state" as const,
          origin: perhaps === undefined ? ("stated" as const) : ("inferred" as const),
          sources: [{ turn: index + 1, quote }],
          excludes: known.flatMap((fact, place) =>
            fact.subject === subject && fact.attribute === attribute ? [place + 1] : [],
          ),
        },
      ];
    });
  },
};

/** Facts of the shop: known, out of date, to be reviewed; and a profile. */
export async function fillFacts(memory: Memory): Promise<void> {
  for (const said of [
    ["Camille's bread is rye", "Hugo's shift is the night"],
    ["Camille's bread is spelt", "Perhaps Camille's birthday is in June", "Perhaps Hugo's van is blue"],
  ]) {
    await memory.setMany(said.map((value) => ({ namespace: shop, value, tags: ["said"] })));
    await memory.consolidate({ namespace: shop });
  }
  for (const key of ["fact-4", "fact-1"]) await memory.pin({ namespace: shop, key });
}
