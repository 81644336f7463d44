import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offlineEmbedder } from "../src/embedders/offline.ts";
import { SouvenirError } from "../src/errors.ts";

const embedder = offlineEmbedder();

async function embed(...texts: string[]): Promise<Float32Array[]> {
  return await embedder.embed(texts, { kind: "document" });
}
function cosine(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, component, index) => sum + component * right[index]!, 0);
}
async function similarity(left: string, right: string): Promise<number> {
  const [first, second] = await embed(left, right);
  return cosine(first!, second!);
}

describe("the contract", () => {
  test("names its dimension and version in its id", () => {
    expect(embedder).toMatchObject({ id: "souvenir-offline-256-v1", dimensions: 256 });
    expect(offlineEmbedder({ dimensions: 512 })).toMatchObject({
      id: "souvenir-offline-512-v1",
      dimensions: 512,
    });
  });

  test.each([0, 63, 4097, 256.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %s dimensions",
    (dimensions) => {
      const error = (() => {
        try {
          offlineEmbedder({ dimensions });
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(SouvenirError.is(error) && error.code).toBe("INVALID_INPUT");
    },
  );

  test("answers in order, and nothing for nothing", async () => {
    expect(await embed()).toEqual([]);
    const together = await embed("one", "two", "three");
    expect(together).toEqual([...(await embed("one")), ...(await embed("two")), ...(await embed("three"))]);
  });

  test("vectors do not share memory", async () => {
    const [first, second] = await embed("alpha", "beta");
    first!.fill(0);
    expect(Math.hypot(...second!)).toBeCloseTo(1, 5);
  });

  test("stops when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(embedder.embed(["text"], { kind: "query", signal })).rejects.toThrow("enough");
  });

  test("stored vectors stay valid: a change of the features needs a new version in the id", async () => {
    const [vector] = await embed("Souvenir keeps PostgreSQL 16, 東京 and naïve cafés");
    const strongest = Array.from(vector!.entries())
      .sort(([, left], [, right]) => Math.abs(right) - Math.abs(left))
      .slice(0, 5)
      .map(([place, component]) => `${place}: ${component.toFixed(4)}`);
    expect(strongest).toMatchInlineSnapshot(`
      [
        "104: 0.2073",
        "75: -0.1906",
        "92: 0.1895",
        "103: -0.1895",
        "149: -0.1895",
      ]
    `);
  });
});

describe("any text has a vector of length 1", () => {
  test.each([
    "",
    " ",
    "!!!",
    "...",
    "😀",
    "👩‍👩‍👧",
    "\ud800",
    "\udc00x",
    "\0",
    "a",
    "１",
    "的",
    "ก",
    "\u0301",
    "\u200d",
  ])("%j", async (text) => {
    const [vector] = await embed(text);
    expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
  });

  test("arbitrary text, any dimension", async () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "grapheme" }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    );
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 64, max: 300 }), async (text, dimensions) => {
        const [vector] = await offlineEmbedder({ dimensions }).embed([text], { kind: "document" });
        expect(vector).toHaveLength(dimensions);
        expect(Math.hypot(...vector!)).toBeCloseTo(1, 5);
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });

  test("a megabyte without a space", async () => {
    const marks = `a${"\u0323\u0300".repeat(1 << 18)}`;
    const vectors = await embed("a".repeat(1 << 20), "的".repeat(1 << 20), "@".repeat(1 << 20), marks);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test("texts without a word differ from one another", async () => {
    expect(await similarity("!!!", "???")).toBeLessThan(0.5);
    expect(await similarity("😀", "🚀")).toBeLessThan(0.8);
  });
});

describe("what is alike", () => {
  test.each([
    ["case and accents", "Élise habite à Besançon", "elise habite a besancon"],
    ["composed and decomposed", "caf\u00e9", "cafe\u0301"],
    ["compatibility forms", "ＰｏｓｔｇｒｅＳＱＬ　１６", "PostgreSQL 16"],
    ["order and spaces", "blue  bicycle", "bicycle\nblue"],
  ])("%s make no difference", async (_, left, right) => {
    expect(await similarity(left, right)).toBeGreaterThan(0.95);
  });

  test.each([
    [
      "English",
      "my daughter is allergic to peanuts",
      "which peanut allergies",
      "the train leaves on platform nine",
    ],
    ["French", "elle préfère les trains de nuit", "préférence train nuit", "le jardin est plein de roses"],
    ["German", "Datenbankverbindung der Anwendung", "die Datenbankverbindungen", "Urlaub an der Nordsee"],
    ["Turkish", "veritabanı bağlantısı koptu", "veritabanına bağlantı", "yarın pazara gideceğiz"],
    ["Greek", "η βάση δεδομένων έπεσε", "βάσεις δεδομένων", "το καλοκαίρι στη θάλασσα"],
    ["Russian", "подключение к базе данных", "базы данных подключения", "летом мы едем на море"],
    ["Arabic", "قاعدة البيانات في الخادم", "قواعد البيانات", "نحب القهوة في الصباح"],
    ["Hebrew", "מסד הנתונים נפל אתמול", "מסדי נתונים", "הקיץ בחוף הים"],
    ["Hindi", "डेटाबेस सर्वर बंद हो गया", "डेटाबेस सर्वरों", "हम कल बाज़ार जाएंगे"],
    ["Thai", "ฐานข้อมูลล่มเมื่อวาน", "ฐานข้อมูล", "ร้านกาแฟริมทะเล"],
    ["Chinese", "我们使用数据库服务器", "数据库", "明天去海边喝咖啡"],
    ["Japanese", "データベースに接続できない", "データベース接続", "明日は海へ行きます"],
    ["Korean", "데이터베이스를 백업했다", "데이터베이스 백업", "내일은 바다에 간다"],
  ])("%s: word forms are nearer than another subject", async (_, text, near, far) => {
    expect(await similarity(text, near)).toBeGreaterThan((await similarity(text, far)) + 0.1);
  });

  test("content words outweigh function words", async () => {
    const text = "she has moved to the new apartment in Lisbon";
    expect(await similarity(text, "apartment Lisbon")).toBeGreaterThan(
      await similarity(text, "she has to the new in"),
    );
  });

  const letters = fc.string({
    unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
    minLength: 8,
    maxLength: 14,
  });
  const typo = fc.record({
    kind: fc.constantFrom("replace", "insert", "delete", "swap"),
    place: fc.nat(13),
    letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
  });
  function mistype(
    word: string,
    { kind, place, letter }: { kind: string; place: number; letter: string },
  ): string {
    const at = place % word.length;
    const before = word.slice(0, at);
    if (kind === "insert") return before + letter + word.slice(at);
    if (kind === "delete") return before + word.slice(at + 1);
    if (kind === "replace") return before + letter + word.slice(at + 1);
    return before + word.slice(at + 1, at + 2) + word[at] + word.slice(at + 2);
  }

  test("a word with a typo is nearer than an unrelated word", async () => {
    await fc.assert(
      fc.asyncProperty(letters, letters, typo, async (word, unrelated, mistake) => {
        fc.pre(Array.from(word.matchAll(/(?=(...))/g)).every(([, trigram]) => !unrelated.includes(trigram!)));
        const [original, mistyped, other] = await embed(word, mistype(word, mistake), unrelated);
        expect(cosine(original!, mistyped!)).toBeGreaterThan(cosine(original!, other!));
      }),
      { seed: 20261123, numRuns: 500 },
    );
  });
});
