import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalName } from "../src/entities/canonical.ts";
import { offlineExtractor } from "../src/entities/offline-extractor.ts";
import type { Entity } from "../src/types.ts";

const extractor = offlineExtractor();
function extract(text: string): Entity[] {
  return extractor.extract(text, {}) as Entity[];
}

describe("precision: nothing is found where nothing is named", () => {
  test.each([
    "",
    " ",
    "The quick brown fox jumps over the lazy dog.",
    "What database am I using?",
    "I can't remember. Don't forget to call me back, OK?",
    "Will you mark the bill? May I hope so? Chase the cat.",
    "She said hi, and I said OK. TODO: call back ASAP.",
    "THIS IS A VERY IMPORTANT WARNING FOR EVERYONE",
    "How To Build A Better Team In Three Easy Steps",
    "- Buy milk\n- Call the plumber\n- Fix the roof",
    "My mom and dad visit us every Christmas; Happy Birthday!",
    "The nice rose will fade in autumn, and the phoenix will rise.",
    "user is vegetarian, allergic to peanuts and likes orange juice",
    "American coffee, French bread and a Christian wedding",
    "Je préfère les trains de nuit et le fromage de chèvre.",
    "Les Français aiment le pain. Il fait beau aujourd'hui.",
    "Bonjour Monsieur, merci pour votre aide !",
    "Die Datenbank ist langsam und der Server braucht mehr Speicher.",
    "Am Montag habe ich einen Termin beim Zahnarzt in der Stadt.",
    "Der Hund läuft im Park und die Katze schläft auf dem Sofa.",
    "Prefiero trabajar por la mañana y leer por la noche.",
    "Preferisco il caffè senza zucchero.",
    "Prefiro café sem açúcar pela manhã.",
    "Ik drink liever thee dan koffie.",
    "Sabahları kahve içmeyi severim.",
    "Wolę herbatę niż kawę.",
    "Προτιμώ τον καφέ χωρίς ζάχαρη.",
    "Я люблю пить чай по утрам. Мне нравится зима.",
    "Я люблю каву без цукру.",
    "أحب شرب القهوة في الصباح.",
    "אני אוהב לשתות קפה בבוקר.",
    "मुझे सुबह चाय पीना पसंद है।",
    "ฉันชอบดื่มกาแฟตอนเช้า",
    "我喜欢早上喝咖啡，晚上去超市买菜。",
    "朝はコーヒーを飲むのが好きです。お母さんも好きです。",
    "아침에 커피 마시는 것을 좋아해요.",
  ])("%j", (text) => {
    expect(extract(text)).toEqual([]);
  });
});

describe("the contract", () => {
  test("has a name, answers at once, and answers the same again", () => {
    expect(extractor.id).toBe("souvenir-offline-v1");
    const text = "Caroline moved to Lisbon in May 2024 and uses PostgreSQL.";
    expect(extract(text)).toEqual([
      { name: "Caroline", type: "person" },
      { name: "Lisbon", type: "place" },
      { name: "May 2024", type: "date" },
      { name: "PostgreSQL", type: "product" },
    ]);
    expect(offlineExtractor().extract(text, {})).toEqual(extract(text));
  });

  test("mentions of one entity are one", () => {
    expect(extract("PostgreSQL, postgresql and POSTGRESQL in Paris, PARIS.")).toEqual([
      { name: "PostgreSQL", type: "product" },
      { name: "Paris", type: "place" },
    ]);
  });

  test("the longest of overlapping names wins", () => {
    expect(extract("She left New York University, then https://example.com/2024-05-01/README.md")).toEqual([
      { name: "New York University", type: "organization" },
      { name: "https://example.com/2024-05-01/README.md", type: "url" },
    ]);
  });

  test("64 entities at most, the first of the text", () => {
    const text = Array.from({ length: 100 }, (_, index) => `user${index}@example.com`).join(" ");
    expect(extract(text).map(({ name }) => name)).toEqual(text.split(" ").slice(0, 64));
  });

  test("names longer than a memory accepts are left out", () => {
    const long = `https://example.com/${"a".repeat(600)}`;
    expect(extract(`${long} and https://example.com/b`)).toEqual([
      { name: "https://example.com/b", type: "url" },
    ]);
  });
});

const pieces = fc.constantFrom(
  ..."@./\\-_:#$%&'’\"«»()[]{}`=+*~|,;!?…。、¿".split(""),
  ..."Anna|Marie Curie|Dr. |M. |Bob|GmbH|S.p.A.|University of |rue de |15 May|2024-03-15|5 km|€|GPT-4o|iPhone 15|C++".split(
    "|",
  ),
  ..."田中さん|株式会社|北京|김민수씨|서울에|محمد|في القاهرة|ד\"ר |राहुल|Москве|İstanbul'a|ß|😀|\ud83d|\ude00|\u0301|\u0000|\n| |A|a|1".split(
    "|",
  ),
);

describe("laws", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join(" ")),
  );

  test("on any text: well-formed names out of the text, each once, never overlapping", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const entities = extract(text);
        expect(entities.length).toBeLessThanOrEqual(64);
        expect(new Set(entities.map(({ name }) => canonicalName(name))).size).toBe(entities.length);
        let from = 0;
        for (const { name, type } of entities) {
          expect(type).toMatch(
            /^(?:person|organization|place|product|date|amount|email|url|version|handle|path|identifier)$/,
          );
          expect(name.isWellFormed()).toBe(true);
          expect(name).toBe(name.trim());
          const at = text.indexOf(name, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + name.length;
        }
      }),
      { seed: 20261123, numRuns: 3000 },
    );
  });

  test("what is found does not depend on texts before", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const first = extract(text);
        extract(other);
        expect(extract(text)).toEqual(first);
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});

describe("hostile texts end, at any size", () => {
  // Each is doubled three times: more than linear time would not end in the time of a test.
  test.each([
    "a",
    "A",
    "@",
    "a@",
    "@a.",
    "a.",
    "A.",
    "1",
    "1 ",
    "1,111",
    "/",
    "a/",
    "\\",
    "_a",
    "aB",
    "Aa ",
    "AG ",
    "Anna ",
    "Anna-",
    "Anna de ",
    "University of ",
    "my name is A ",
    "--a",
    "`",
    "(",
    "a(",
    "))",
    "https://",
    "http://a.",
    "$",
    "5 May ",
    "en 2023 ",
    "田",
    "田中さん",
    "田中",
    "株式会社",
    "김씨 ",
    "ก",
    "محمد ",
    "Я ",
    "😀",
    "\ud800",
    "\u0301",
    "\n",
    "A:\n",
    "New York ",
    "GPT 4 ",
    `${")".repeat(2000)}a1 `,
    `${"a.".repeat(1000)} `,
    `${"aB_".repeat(600)}- `,
    "claude 3.",
    "S.p.A.",
    "::a",
    "50 €",
    "2024-01-01",
    "«A",
  ])("%j", (part) => {
    for (const length of [16_384, 32_768, 65_536]) {
      const text = part.repeat(Math.ceil(length / part.length));
      expect(extract(text).length).toBeLessThanOrEqual(64);
    }
  });

  test.each(["の", "さん", "公司", "씨"])("a long run of Han before %s", (end) => {
    for (const part of ["田", "田中", "北京", "a."])
      expect(extract(part.repeat(32_768) + end).length).toBeLessThanOrEqual(64);
  });

  test("a megabyte of letters and ten thousand signs", () => {
    expect(extract("x".repeat(1 << 20))).toEqual([]);
    expect(extract("@".repeat(10_000))).toEqual([]);
    expect(extract(`${"@".repeat(10_000)} Caroline`)).toEqual([{ name: "Caroline", type: "person" }]);
  });
});
