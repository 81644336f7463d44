import { DocumentSet } from "@souvenir/orama";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SouvenirError } from "../src/index.ts";
import {
  type Background,
  backgroundOf,
  expectedLargest,
  normalQuantile,
  standingOut,
  vectorCertainty,
} from "../src/ranking/calibration.ts";
import { sampleOf, withNeighbours } from "../src/ranking/candidates.ts";
import { type Evidence, fuse, recencyOf } from "../src/ranking/fusion.ts";
import { defaultRanking, resolveRanking } from "../src/ranking/ranking.ts";
import { trustFrom, VectorTrust } from "../src/ranking/vector-trust.ts";

const seed = 20261123;
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const evidence: fc.Arbitrary<Evidence> = fc.record({
  words: unit,
  vector: fc.oneof(unit, fc.constant(Number.NaN)),
  time: unit,
  recency: unit,
});
const doubts = { threshold: 1.3, leastCosine: 0.15, surelyAlike: 0.35 };
const weights = fc.record({
  vector: unit,
  time: fc.double({ min: 0, max: 10, noNaN: true }),
  recency: fc.double({ min: 0, max: 10, noNaN: true }),
});

describe("fusion", () => {
  test("stays between 0 and 1, at 0 for nothing and at 1 for everything", () => {
    fc.assert(
      fc.property(evidence, weights, (given, shares) => {
        const score = fuse(given, shares);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1 + 1e-12);
        expect(fuse({ words: 0, vector: 0, time: 0, recency: given.recency }, shares)).toBe(0);
        expect(fuse({ words: 1, vector: 1, time: 1, recency: 1 }, shares)).toBeCloseTo(1, 12);
      }),
      { seed, numRuns: 1000 },
    );
  });

  test("never falls when a signal rises", () => {
    fc.assert(
      fc.property(
        evidence,
        weights,
        fc.constantFrom("words", "vector", "time", "recency"),
        unit,
        (given, shares, signal, more) => {
          fc.pre(!Number.isNaN(given[signal as keyof Evidence]));
          const raised = { ...given, [signal]: Math.max(given[signal as keyof Evidence], more) };
          expect(fuse(raised, shares)).toBeGreaterThanOrEqual(fuse(given, shares) - 1e-12);
        },
      ),
      { seed, numRuns: 1000 },
    );
  });

  test("judges a memory without a vector by its words, neither better nor worse", () => {
    fc.assert(
      fc.property(evidence, weights, (given, shares) => {
        const missing = fuse({ ...given, vector: Number.NaN }, shares);
        expect(missing).toBeCloseTo(fuse({ ...given, vector: given.words }, shares), 12);
        expect(missing).toBe(fuse(given, { ...shares, vector: 0 }));
      }),
      { seed, numRuns: 1000 },
    );
  });

  test("is a straight line between words and vector", () => {
    expect(
      fuse({ words: 0.8, vector: 0.2, time: 0, recency: 0 }, { vector: 0.25, time: 0, recency: 0 }),
    ).toBeCloseTo(0.65, 12);
  });

  test("recency halves with each half-life and is 1 without one", () => {
    expect(recencyOf(0, 1000)).toBe(1);
    expect(recencyOf(1000, 1000)).toBe(0.5);
    expect(recencyOf(3000, 1000)).toBe(0.125);
    expect(recencyOf(-5000, 1000)).toBe(1);
    expect(recencyOf(1e15, Number.POSITIVE_INFINITY)).toBe(1);
  });
});

describe("calibration", () => {
  test("quantiles of the normal distribution", () => {
    for (const [p, quantile] of [
      [0.5, 0],
      [0.975, 1.959963985],
      [0.001, -3.090232306],
      [0.75, 0.67448975],
      [0.0125, -2.241402728],
    ] as const)
      expect(normalQuantile(p)).toBeCloseTo(quantile, 6);
  });

  test("the largest of several normal numbers, within 1 % of the exact expectation", () => {
    // Exact values: Harter, "Expected Values of Normal Order Statistics", 1961.
    for (const [count, exact] of [
      [10, 1.53875],
      [100, 2.50759],
    ] as const)
      expect(Math.abs(expectedLargest(1, count) / exact - 1)).toBeLessThan(0.01);
    expect(expectedLargest(2, 10)).toBeCloseTo(1.0014, 1);
    expect(expectedLargest(1, 1)).toBe(0);
    expect(expectedLargest(5, 6)).toBe(0);
  });

  test("the background is that of the unrelated memories, also when a quarter of all is related", () => {
    const unrelated = Array.from({ length: 300 }, (_, at) => 0.3 + 0.05 * normalQuantile((at + 0.5) / 300));
    const alone = backgroundOf(Float32Array.from(unrelated)) as Background;
    expect(alone.mean).toBeCloseTo(0.3, 1);
    expect(alone.deviation).toBeGreaterThan(0.04);
    expect(alone.deviation).toBeLessThan(0.06);
    const mixed = backgroundOf(
      Float32Array.from([...unrelated, ...new Array<number>(80).fill(0.95), Number.NaN]),
    ) as Background;
    expect(Math.abs(mixed.mean - alone.mean)).toBeLessThan(0.03);
    expect(vectorCertainty(0.95, mixed, 380, doubts)).toBe(0.95);
    expect(vectorCertainty(0.44, mixed, 380, doubts)).toBe(0);
  });

  test("a handful of memories is background enough; a single one has none", () => {
    expect(vectorCertainty(0.82, backgroundOf(Float32Array.of(0.82, 0.62, 0.6)), 3, doubts)).toBeGreaterThan(
      0.5,
    );
    expect(vectorCertainty(0.66, backgroundOf(Float32Array.of(0.66, 0.62, 0.6)), 3, doubts)).toBe(0);
    expect(backgroundOf(Float32Array.of(0.85))).toBeUndefined();
    expect(backgroundOf(new Float32Array(0))).toBeUndefined();
    expect(vectorCertainty(0.85, undefined, 1, doubts)).toBe(0.5);
    expect(vectorCertainty(0, undefined, 1, doubts)).toBe(0);
  });

  test("standing out: the plain quotient among many dimensions, the rarest of all when nothing can be nearer", () => {
    expect(standingOut(0.3, { mean: 0, deviation: 1 / Math.sqrt(1000) })).toBeCloseTo(
      0.3 * Math.sqrt(1000),
      0,
    );
    // On the sphere in three dimensions cosines are uniform: 0.99 is exceeded by one in 200.
    expect(standingOut(0.99, { mean: 0, deviation: 1 / Math.sqrt(3) })).toBeCloseTo(
      -normalQuantile(0.005),
      0,
    );
    expect(standingOut(1, { mean: 0, deviation: 1 })).toBe(Number.POSITIVE_INFINITY);
    expect(standingOut(-0.5, { mean: 0.5, deviation: 0.5 })).toBe(-2);
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        fc.double({ min: -0.2, max: 1.1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (cosine, more, mean, deviation) => {
          const nearer = Math.min(1, cosine + more);
          const background = { mean, deviation };
          expect(standingOut(cosine, background)).not.toBeNaN();
          expect(standingOut(nearer, background)).toBeGreaterThanOrEqual(standingOut(cosine, background));
        },
      ),
      { seed: 20261129, numRuns: 1000 },
    );
  });

  test("certainty never falls with nearness", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 60 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (cosines, cosine, step) => {
          const background = backgroundOf(Float32Array.from(cosines));
          const count = Math.max(1, cosines.length);
          const near = vectorCertainty(cosine, background, count, doubts);
          expect(near).toBeGreaterThanOrEqual(0);
          expect(vectorCertainty(cosine + step, background, count, doubts)).toBeGreaterThanOrEqual(near);
        },
      ),
      { seed, numRuns: 500 },
    );
  });
});

describe("trust in the vectors", () => {
  const strong = { relation: 3, separation: 0.4, blur: 0.1, lead: 0.25 };
  const weak = { relation: 4, separation: 0.4, blur: 0.2, lead: 0.02 };
  const noise = { relation: 0, separation: 0, blur: 0, lead: 0 };
  const blur = { relation: 4, separation: 0.1, blur: 0.4, lead: 0 };
  const usual = 0.65;
  type Known = typeof strong;
  const asked = (observation: Known, times = 40) => {
    const trust = new VectorTrust();
    for (let question = 0; question < times; question++)
      trust.observe(`question ${question}`, observation, usual);
    return trust;
  };

  test("at the first question, vectors help, more when they single out a memory", () => {
    const first = (observation: Known) => new VectorTrust().observe("first", observation, usual);
    expect(first(weak).share).toBeGreaterThan(0.15);
    expect(first(weak).share).toBeLessThan(0.35);
    expect(first(strong).share).toBeGreaterThan(first(weak).share + 0.1);
    expect(first(noise).share).toBeLessThan(first(weak).share / 1.5);
  });

  test("noise and blurs come to count nothing, a strong embedder comes to lead", () => {
    const share = (observation: Known) => asked(observation).current(observation.lead, usual).share;
    expect(share(noise)).toBeLessThan(0.03);
    expect(share(blur)).toBe(0);
    expect(share(strong)).toBeGreaterThan(0.5);
  });

  test("what memories say of their vectors counts before the first question, and noise is no more than not believed", () => {
    const first = (kinships: readonly number[], observation: Known) => {
      const trust = new VectorTrust();
      for (const kinship of kinships) trust.learn(kinship);
      const reopened = new VectorTrust(trust.kinship);
      const answer = trust.observe("first", observation, usual);
      expect(reopened.observe("first", observation, usual)).toEqual(answer);
      return answer;
    };
    const unlucky = { ...strong, relation: -2 };
    const kin = new Array<number>(32).fill(1);
    const none = Array.from({ length: 32 }, (_, at) => (at % 2 === 0 ? 1 : -1));
    expect(first(kin, unlucky).credibility).toBe(1);
    expect(first([], unlucky).credibility).toBeLessThan(0.1);
    expect(first([Number.NaN, ...kin.slice(0, 4)], unlucky)).toEqual(first([], unlucky));
    expect(first(none, strong).credibility).toBe(1);
    expect(first(none, noise).share).toBeLessThan(first([], noise).share / 1.5);
  });

  test("memories are asked until enough of them answered, or too many did not", () => {
    const asks = (kinship: number) => {
      const trust = new VectorTrust();
      let asked = 0;
      for (; trust.asksForKin; asked++) trust.learn(kinship);
      return asked;
    };
    expect(asks(1)).toBe(64);
    expect(asks(Number.NaN)).toBe(256);
  });

  test("words that single out a memory leave less to the vectors", () => {
    const trust = asked(weak);
    expect(trust.current(0, 2).share).toBeLessThan(trust.current(0, 0.1).share);
  });

  test("a question counts once, however often it is asked, and gets the same answer", () => {
    const trust = asked(noise, 5);
    const first = trust.observe("again", strong, usual);
    for (let time = 0; time < 300; time++) expect(trust.observe("again", strong, usual)).toEqual(first);
  });

  test("once an embedder is known, other questions between hardly move the answer", () => {
    const trust = asked(weak, 20);
    const before = trust.observe("mine", weak, usual).share;
    for (let question = 0; question < 100; question++) trust.observe(`other ${question}`, weak, usual);
    expect(Math.abs(trust.observe("mine", weak, usual).share - before)).toBeLessThan(0.01);
  });

  test("forgets old questions", () => {
    const trust = asked(noise, 50);
    for (let question = 0; question < 500; question++) trust.observe(`new ${question}`, strong, usual);
    expect(trust.current(0, usual)).toEqual(asked(strong, 128).current(0, usual));
  });

  test("is within its bounds, and unmoved by what is not finite", () => {
    const number = fc.oneof(
      fc.double({ min: -5, max: 5, noNaN: true }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
    );
    const observation = fc.record({ relation: number, separation: number, blur: number, lead: number });
    fc.assert(
      fc.property(fc.array(fc.tuple(observation, number), { maxLength: 20 }), (observations) => {
        const trust = new VectorTrust();
        for (const [question, [seen, textLead]] of observations.entries())
          for (const value of Object.values(trust.observe(String(question), seen, textLead))) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
      }),
      { seed, numRuns: 300 },
    );
  });

  test("grows with the leads, the relation and the separation, and falls with the blur", () => {
    const known = fc.record({ relation: unit, separation: unit, blur: unit, lead: unit });
    fc.assert(
      fc.property(
        known,
        unit,
        unit,
        fc.constantFrom("relation", "separation", "blur", "lead"),
        (one, lead, more, name) => {
          const before = trustFrom(one, lead, usual, 0.7).share;
          const after = trustFrom({ ...one, [name]: one[name] + more }, lead, usual, 0.7).share;
          if (name === "blur") expect(after).toBeLessThanOrEqual(before + 1e-12);
          else expect(after).toBeGreaterThanOrEqual(before - 1e-12);
          expect(trustFrom(one, lead + more, usual, 0.7).share).toBeGreaterThanOrEqual(before - 1e-12);
        },
      ),
      { seed, numRuns: 300 },
    );
  });
});

describe("candidates", () => {
  test("a sample is every so many-th document of the set", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5000), { maxLength: 400 }),
        fc.integer({ min: 1, max: 100 }),
        (numbers, count) => {
          const sorted = numbers.toSorted((a, b) => a - b);
          const expected =
            sorted.length <= count
              ? sorted
              : Array.from({ length: count }, (_, i) => sorted[Math.ceil((i * sorted.length) / count)]);
          expect([...sampleOf(new DocumentSet(numbers), count)]).toEqual(expected);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test("a union has each number once, ascending", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(50))), (lists) => {
        const noThreads = { size: 0, placeOf: () => undefined };
        const documents = lists.map((list) => Uint32Array.from(list));
        const union = withNeighbours(documents, new Uint32Array(0), noThreads, undefined);
        expect([...union]).toEqual([...new Set(lists.flat())].sort((a, b) => a - b));
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe("options", () => {
  test("are filled in", () => {
    expect(resolveRanking()).toEqual(defaultRanking);
    expect(resolveRanking({ vector: 0, context: 1, recencyHalfLifeMs: 86_400_000 })).toEqual({
      ...defaultRanking,
      vector: 0,
      context: 1,
      recencyHalfLifeMs: 86_400_000,
    });
  });

  test.each([
    ["not a number", { context: Number.NaN }],
    ["negative", { entity: -1 }],
    ["too large", { minScore: 1.01 }],
    ["of another type", { time: "0.4" }],
    ["an unknown word", { vector: "automatic" }],
    ["an unknown name", { txt: 1 }],
    ["a half-life of nothing", { recencyHalfLifeMs: 0 }],
    ["no object", 5],
  ])("%s is refused", (_, given) => {
    let thrown: unknown;
    try {
      resolveRanking(given as never);
    } catch (error) {
      thrown = error;
    }
    expect(SouvenirError.is(thrown) && thrown.code).toBe("INVALID_INPUT");
  });
});
