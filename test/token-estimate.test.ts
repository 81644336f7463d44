import { createMemory, estimateTokens } from "@souvenir/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alphabets, randomText, seeded } from "./calibration/texts.ts";
import { mostTokens } from "./calibration/tokenizers.ts";

describe("the estimate of tokens is from above", () => {
  test.each(Object.entries(alphabets))("for %s", (_, alphabet) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 120 }), (seed, length) => {
        const text = randomText(seeded(seed), alphabet, length);
        expect(estimateTokens(text), JSON.stringify(text)).toBeGreaterThanOrEqual(mostTokens(text));
      }),
      { seed: 20261129, numRuns: 40 },
    );
  });

  test("for texts of several scripts, and any Unicode", () => {
    const several = fc
      .array(
        fc.tuple(fc.constantFrom(...Object.values(alphabets)), fc.integer(), fc.integer({ min: 1, max: 30 })),
        {
          maxLength: 6,
        },
      )
      .map((parts) =>
        parts.map(([alphabet, seed, length]) => randomText(seeded(seed), alphabet, length)).join(""),
      );
    fc.assert(
      fc.property(fc.oneof(several, fc.string({ unit: "binary", maxLength: 80 })), (text) => {
        expect(estimateTokens(text), JSON.stringify(text)).toBeGreaterThanOrEqual(mostTokens(text));
      }),
      { seed: 20261129, numRuns: 200 },
    );
  });
});

test.each([
  [
    "English",
    "When we met last week you told me that your sister had moved to a small house near the river, and that she would rather walk to work than take the bus. I have been thinking about the garden ever since: it must be lovely in spring, with all the apple trees in flower and nobody around but the birds.",
  ],
  [
    "French",
    "La semaine dernière, tu m'as raconté que ta sœur avait emménagé dans une petite maison près de la rivière et qu'elle préférait aller au travail à pied plutôt que de prendre le bus. Depuis, je pense souvent à son jardin : il doit être magnifique au printemps, quand tous les pommiers sont en fleurs.",
  ],
  [
    "German",
    "Letzte Woche hast du mir erzählt, dass deine Schwester in ein kleines Haus am Fluss gezogen ist und lieber zu Fuß zur Arbeit geht, als mit dem Bus zu fahren. Seitdem denke ich oft an ihren Garten: Im Frühling muss er wunderschön sein, wenn alle Apfelbäume blühen und niemand da ist außer den Vögeln.",
  ],
  [
    "Spanish",
    "La semana pasada me contaste que tu hermana se había mudado a una casa pequeña cerca del río y que prefería ir andando al trabajo antes que coger el autobús. Desde entonces pienso mucho en su jardín: tiene que estar precioso en primavera, con todos los manzanos en flor y nadie más que los pájaros.",
  ],
  [
    "Italian",
    "La settimana scorsa mi hai raccontato che tua sorella si è trasferita in una piccola casa vicino al fiume e che preferisce andare al lavoro a piedi invece di prendere l'autobus. Da allora penso spesso al suo giardino: in primavera deve essere bellissimo, con tutti i meli in fiore e nessuno intorno.",
  ],
])("the estimate for prose in %s is at most 1.6 times the tokens", (_, text) => {
  expect(estimateTokens(text)).toBeGreaterThanOrEqual(mostTokens(text));
  expect(estimateTokens(text) / mostTokens(text)).toBeLessThan(1.6);
});

test.each(Object.entries(alphabets))(
  "a block is within its budget when memories are of %s",
  async (_, alphabet) => {
    const memory = await createMemory({ path: ":memory:", extractor: false });
    const random = seeded(7);
    await memory.setMany(
      Array.from({ length: 12 }, (_, index) => ({
        namespace: "ada",
        key: `k${index}`,
        value: `lighthouse ${index} ${randomText(random, alphabet, 300)}`,
        role: index % 2 ? "user" : "assistant",
      })),
    );
    for (const tokenBudget of [150, 600, 2_000]) {
      const { text } = await memory.recall({ namespace: "ada", query: "lighthouse", tokenBudget, limit: 20 });
      expect(mostTokens(text)).toBeLessThanOrEqual(tokenBudget);
      // From above, but not so far that it would be of no use.
      expect(text).toContain("lighthouse");
    }
    await memory.close();
  },
);
