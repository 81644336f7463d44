import fc from "fast-check";
import { expect, test } from "vitest";
import { disposed, type ExistingFact, type SourceTurn } from "../src/facts/dispose.ts";
import type { FactProposal } from "../src/facts/fact-extractor.ts";
import { isInOtherLanguage, numbersIn, quoted } from "../src/facts/quoted-words.ts";

const at = (day: string) => Date.parse(`${day}T12:00:00.000Z`);

function turn(text: string, fields: Partial<SourceTurn> = {}): SourceTurn {
  return { key: text, version: 1, text, createdAt: at("2026-08-12"), quotable: true, ...fields };
}

function proposal(fields: Partial<FactProposal>): FactProposal {
  return {
    text: "The user works at Company Beta.",
    subject: "user",
    attribute: "employer",
    type: "state",
    origin: "stated",
    sources: [{ turn: 1, quote: "I now work at Company Beta" }],
    ...fields,
  };
}

const said = turn("Hi there! I now work at Company Beta, with 12 others.");

function dispose(
  proposals: readonly unknown[],
  turns: readonly SourceTurn[] = [said],
  known: readonly ExistingFact[] = [],
  namesIn: (text: string) => string[] = () => [],
) {
  let next = 0;
  return disposed(proposals, { turns, known }, { newKey: () => `fact ${++next}`, namesIn });
}

test("a fact has the words of its source as that has them, and when they were said", () => {
  const { facts, refused } = dispose([
    proposal({ sources: [{ turn: 1, quote: "i NOW  work at\n“Company Beta”".replace(/[“”]/g, "") }] }),
  ]);
  expect(facts).toEqual([
    {
      key: "fact 1",
      text: "The user works at Company Beta.",
      subject: "user",
      attribute: "employer",
      type: "state",
      origin: "stated",
      sources: [{ key: said.key, version: 1, quote: "I now work at Company Beta" }],
      createdAt: said.createdAt,
      supersedes: [],
    },
  ]);
  expect(refused).toEqual({});
});

const suggested = turn("You could try Company Gamma, they hire.", { quotable: false });

test.each<[string, Partial<FactProposal>]>([
  ["quoteNotFound", { sources: [{ turn: 1, quote: "I own Company Beta" }] }],
  ["quoteNotFound", { sources: [{ turn: 1, quote: "ow work at Company Beta" }] }],
  ["quoteNotFound", { sources: [{ turn: 1, quote: "!" }] }],
  ["unknownTurn", { sources: [{ turn: 7, quote: "I now work at Company Beta" }] }],
  ["unknownTurn", { sources: [{ turn: 0, quote: "I now work at Company Beta" }] }],
  [
    "notQuotable",
    { text: "The user could try Company Gamma.", sources: [{ turn: 2, quote: "try Company Gamma" }] },
  ],
  ["otherNumber", { text: "The user works at Company Beta with 13 others." }],
  ["otherNumber", { text: "The user works at Company Beta since 2026-08-01." }],
  ["otherName", { text: "The user works at Company Delta." }],
  ["otherLanguage", { text: "L'utilisateur travaille maintenant chez Company Beta." }],
  ["otherLanguage", { text: "Пользователь работает в компании Бета." }],
  ["unsupported", { text: "The user dislikes spinach." }],
  ["malformed", { text: "" }],
  ["malformed", { type: "rumour" as "state" }],
  ["malformed", { sources: [] }],
  ["malformed", { subject: "x".repeat(200) }],
])("no fact: %s %#", (why, fields) => {
  const names = (text: string) => ["Company Delta", "Company Beta"].filter((name) => text.includes(name));
  const { facts, refused } = dispose([proposal(fields)], [said, suggested], [], names);
  expect(facts).toEqual([]);
  expect(refused).toEqual({ [why]: 1 });
});

test("what is no object is none of the answers' facts, and never an error", () => {
  const wrong = [null, 3, "fact", [], {}, { text: "x" }, undefined];
  expect(dispose(wrong)).toEqual({ facts: [], refused: { malformed: wrong.length } });
});

test.each<[why: string, refused: string, said: string, fact: string, quote?: string]>([
  ["a number in words", "otherNumber", "I have three goats.", "The user has seven goats."],
  ["a number in Han characters", "otherNumber", "我有三只羊。", "用户有五只羊。"],
  [
    "another language with words of both",
    "otherLanguage",
    "Ich spiele jeden Dienstag Volleyball in Kiel.",
    "The user plays volleyball every Tuesday in Kiel.",
  ],
  ["a month", "otherTime", "I moved to Oslo recently.", "The user moved to Oslo in November."],
  ["a day", "otherTime", "Ich bin nach Rostock gezogen.", "Der Nutzer ist gestern nach Rostock gezogen."],
  ["a month for a day", "otherTime", "I flew to Rome yesterday.", "The user flew to Rome in May."],
  ["a no that is cut off", "opposite", "I do not eat shrimps.", "The user eats shrimps.", "eat shrimps"],
  ["a no that is left out", "opposite", "Anton never eats fish.", "Anton eats fish."],
  ["a no of another language", "opposite", "No como gambas.", "El usuario come gambas.", "como gambas"],
  ["a no to an order", "opposite", "Please do not use emojis in answers.", "Use emojis in answers."],
])("%s that is not as it was said makes no fact", (_, why, text, fact, quote = text) => {
  expect(dispose([proposal({ text: fact, sources: [{ turn: 1, quote }] })], [turn(text)])).toEqual({
    facts: [],
    refused: { [why]: 1 },
  });
});

test.each<[said: string, fact: string, quote?: string]>([
  ["I have three goats and 12 hens.", "The user has 3 goats and 12 hens."],
  ["I have 4 goats.", "The user has four goats."],
  ["My bike is new, one of a kind.", "The user has one new bike."],
  ["I am on leave since last Tuesday, until June 12.", "The user is on leave until June 12."],
  ["I flew to Rome yesterday.", "The user flew to Rome yesterday."],
  ["Moved in on 5 May 2025, at noon.", "The user moved in on 5 May 2025."],
  ["I no longer work at Company Alpha, I work at Company Beta.", "The user works at Company Beta."],
  ["I don't like jazz.", "The user dislikes jazz."],
  ["I don't like jazz.", "The user does not like jazz.", "like jazz"],
  ["No, I live in Bremen.", "The user lives in Bremen.", "I live in Bremen"],
  ["Why don't you call me Sam?", "Call the user Sam.", "call me Sam"],
  ["Don't forget that I eat shrimps.", "The user eats shrimps.", "I eat shrimps"],
  [
    "Never use JavaScript, write code in TypeScript.",
    "Write code in TypeScript.",
    "write code in TypeScript",
  ],
  ["I have two dogs and no cat.", "The user has two dogs.", "two dogs"],
])("what was said so is a fact: %s", (text, fact, quote = text) => {
  const { facts, refused } = dispose([proposal({ text: fact, sources: [{ turn: 1, quote }] })], [turn(text)]);
  expect(refused).toEqual({});
  expect(facts).toHaveLength(1);
});

test("a source that is wrong is left out, and the fact stays with the others", () => {
  const { facts, refused } = dispose([
    proposal({
      sources: [
        { turn: 9, quote: "x" },
        { turn: 1, quote: "never said" },
        { turn: 1, quote: "I now work at Company Beta" },
      ],
    }),
  ]);
  expect(facts[0]?.sources).toHaveLength(1);
  expect(refused).toEqual({ unknownTurn: 1, quoteNotFound: 1 });
});

test("what an answer says twice is one fact with the sources of both", () => {
  const turns = [said, turn("As I said, I work at Company Beta.")];
  const { facts, refused } = dispose(
    [
      proposal({}),
      proposal({
        text: "the user works at company beta.",
        sources: [{ turn: 2, quote: "I work at Company Beta" }],
      }),
    ],
    turns,
  );
  expect(facts.map(({ sources }) => sources.map(({ key }) => key))).toEqual([turns.map(({ key }) => key)]);
  expect(refused).toEqual({ repeated: 1 });
});

test.each<[string, string, FactProposal["type"], Partial<FactProposal>, string?, string?]>([
  ["I joined Company Beta yesterday.", "joined Company Beta yesterday", "event", {}, "2026-08-11"],
  [
    "Ich bin seit März 2025 bei Company Beta.",
    "seit März 2025 bei Company Beta",
    "state",
    { from: "März 2025" },
    "2025-03-01",
  ],
  [
    "J'étais chez Company Beta jusqu'en juin 2025.",
    "chez Company Beta jusqu'en juin 2025",
    "state",
    { to: "juin 2025" },
    undefined,
    "2025-07-01",
  ],
  [
    "从2024年5月起在 Company Beta 工作",
    "从2024年5月起在 Company Beta 工作",
    "state",
    { from: "2024年5月" },
    "2024-05-01",
  ],
  // Not said: since when is not made up.
  ["I work at Company Beta.", "I work at Company Beta", "state", {}],
])(
  "times are read from the words, relative to when they were said: %s",
  (text, quote, type, fields, from, to) => {
    const sentence = quote;
    const { facts, refused } = dispose(
      [proposal({ text: sentence, type, sources: [{ turn: 1, quote }], ...fields })],
      [turn(text)],
    );
    const day = (moment: number | undefined) =>
      moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 10);
    expect(refused).toEqual({});
    expect([day(facts[0]?.validFrom), day(facts[0]?.validTo)]).toEqual([from, to]);
  },
);

test.each([
  ["a time that stands in no quote", { from: "2021" }],
  ["words that name no time", { from: "Company Beta" }],
  ["a day of every year", { from: "I now work at Company Beta" }],
  ["an end before the beginning", { from: "in 2025", to: "in 2024" }],
])("%s makes no date", (_, fields) => {
  const text = "I now work at Company Beta, not as in 2024 or in 2025.";
  const { facts, refused } = dispose(
    [proposal({ ...fields, sources: [{ turn: 1, quote: text }] })],
    [turn(text)],
  );
  expect(facts[0]).not.toHaveProperty("validFrom");
  expect(facts[0]).not.toHaveProperty("validTo");
  expect(refused).toEqual({ unreadableTime: 1 });
});

const alpha: ExistingFact = {
  key: "alpha",
  text: "The user works at Company Alpha.",
  subject: "User",
  attribute: "employer",
  start: at("2026-02-01"),
};

test("the newer of the same subject and attribute takes the place of the older, whichever was told first", () => {
  expect(dispose([proposal({ excludes: [1] })], [said], [alpha]).facts[0]).toMatchObject({
    supersedes: ["alpha"],
  });
  const late = dispose([proposal({ excludes: [1] })], [said], [{ ...alpha, start: at("2026-11-01") }]);
  expect(late.facts[0]).toMatchObject({ supersedes: [], validTo: at("2026-11-01") });
  // Said at the same moment, neither is the newer one.
  const tie = dispose([proposal({ excludes: [1] })], [said], [{ ...alpha, start: said.createdAt }]);
  expect(tie.facts[0]).toMatchObject({ supersedes: [] });
  expect(tie.facts[0]).not.toHaveProperty("validTo");
});

test("facts of one answer are numbered after those that are known", () => {
  const turns = [
    turn("My favourite is red."),
    turn("Now my favourite is green.", { createdAt: at("2026-08-13") }),
  ];
  const of = (number: number, colour: string, excludes: number[]) =>
    proposal({
      text: `The user's favourite is ${colour}.`,
      attribute: "favourite",
      sources: [{ turn: number, quote: `favourite is ${colour}` }],
      excludes,
    });
  const { facts } = dispose([of(1, "red", []), of(2, "green", [2])], turns, [alpha]);
  expect(facts[1]?.supersedes).toEqual([facts[0]?.key]);
});

test.each<[string, ExistingFact, number[]]>([
  ["otherSubject", { ...alpha, subject: "Marie" }, [1]],
  ["otherSubject", { ...alpha, attribute: "hobby" }, [1]],
  ["unknownFact", alpha, [4]],
  ["unknownFact", alpha, [2]],
])("what the model points at in vain stays, and so does the fact: %s %#", (why, known, excludes) => {
  const { facts, refused } = dispose([proposal({ excludes })], [said], [known]);
  expect(facts[0]).toMatchObject({ supersedes: [] });
  expect(facts[0]).not.toHaveProperty("validTo");
  expect(refused).toEqual({ [why]: 1 });
});

test("whatever a model answers, each fact rests on words of a person and takes the place of the same only", () => {
  const words = [
    "Beta",
    "works",
    "at",
    "user",
    "12",
    "the",
    "I",
    "je",
    "дом",
    "東京",
    "since",
    "2024",
    " ",
    "\n",
    "’",
  ];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((parts) => parts.join(" "));
  const number = fc.integer({ min: -1, max: 6 });
  const proposed = fc.record({
    text,
    subject: fc.constantFrom("user", "Marie", ""),
    attribute: fc.constantFrom("employer", "home", ""),
    type: fc.constantFrom("event", "state"),
    origin: fc.constantFrom("stated", "inferred"),
    sources: fc.array(fc.record({ turn: number, quote: text }), { maxLength: 3 }),
    from: fc.constantFrom("", "2024", "since 2024"),
    to: fc.constantFrom("", "2024"),
    excludes: fc.array(number, { maxLength: 3 }),
  });
  const turns = fc.array(
    fc.record({ text, quotable: fc.boolean(), createdAt: fc.integer({ min: 0, max: at("2026-01-01") }) }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(turns, fc.array(fc.oneof(proposed, fc.anything()), { maxLength: 6 }), (given, answer) => {
      const shown = given.map((each, index) => turn(each.text, { ...each, key: `turn ${index}` }));
      const known = [alpha, { ...alpha, key: "later", start: at("2027-01-01") }];
      const { facts, refused } = dispose(answer, shown, known);
      const counted = Object.values(refused).reduce((sum, count) => sum + count, 0);
      expect(facts.length + counted).toBeGreaterThanOrEqual(answer.length);
      const byKey = new Map(shown.map((each) => [each.key, each]));
      for (const fact of facts) {
        expect(fact.sources.length).toBeGreaterThan(0);
        for (const { key, quote } of fact.sources) {
          expect(byKey.get(key)?.quotable).toBe(true);
          expect(byKey.get(key)?.text).toContain(quote);
        }
        const whole = fact.sources.map(({ key }) => byKey.get(key)?.text).join("\n");
        for (const each of numbersIn(fact.text)) expect(numbersIn(whole)).toContain(each);
        const start = fact.validFrom ?? fact.createdAt;
        for (const key of fact.supersedes) {
          const other = [
            ...known,
            ...facts.map((each) => ({ ...each, start: each.validFrom ?? each.createdAt })),
          ].find((each) => each.key === key);
          expect(other).toMatchObject({ attribute: fact.attribute });
          expect(other?.subject.toLowerCase()).toBe(fact.subject.toLowerCase());
          expect(other?.start).toBeLessThan(start);
        }
        expect(fact.validTo ?? Number.POSITIVE_INFINITY).toBeGreaterThan(
          fact.validFrom ?? Number.NEGATIVE_INFINITY,
        );
      }
    }),
    { seed: 20261130, numRuns: 1_000 },
  );
});

test("a quote is found whatever its spaces, case and signs, and only where whole words are", () => {
  expect(quoted("He said: “L’été, c’est fini”.", `"l'été, c'est  FINI"`)).toBe("“L’été, c’est fini”");
  expect(quoted("I start on Monday", "art on Monday")).toBeUndefined();
  expect(quoted("私は東京に住んでいます", "東京に住んで")).toBe("東京に住んで");
  expect(quoted("a 👩‍👩‍👧 family", "👩‍👩‍👧 family")).toBe("👩‍👩‍👧 family");
  expect(quoted("", "")).toBeUndefined();
});

test("numbers are the same however they are grouped and written", () => {
  expect(numbersIn("1,000 and 1 000 and 1.000, ١٢, ５ and 007")).toEqual([
    "1000",
    "1000",
    "1000",
    "12",
    "5",
    "7",
  ]);
  expect(numbersIn("3,5 or 3.5")).toEqual(["3.5", "3.5"]);
});

test.each([
  ["The user lives in Lyon.", "I have lived in Lyon for a year.", false],
  ["The user lives in Lyon.", "J'habite à Lyon depuis mars.", true],
  ["L'utilisateur habite à Lyon.", "J'habite à Lyon depuis mars.", false],
  ["Der Nutzer wohnt in Lyon.", "Ich wohne seit März in Lyon.", false],
  ["The user lives with her sister in Lyon.", "Ich wohne mit meiner Schwester in Lyon.", true],
  ["ユーザーは東京に住んでいます。", "私は東京に住んでいます", false],
  ["The user lives in Tokyo.", "私は東京に住んでいます", true],
  ["Jazz!", "Love jazz", false],
])("in another language than its source: %s / %s", (sentence, text, expected) => {
  expect(isInOtherLanguage(sentence, text)).toBe(expected);
});
