import { describe, expect, onTestFinished, test } from "vitest";
import {
  createMemory,
  type Memory,
  type MemoryOptions,
  memoryToolSet,
  type SensitiveKind,
} from "../src/index.ts";

const namespace = "ada";

async function open(safety: MemoryOptions["safety"], more: MemoryOptions = {}): Promise<Memory> {
  const memory = await createMemory({
    path: ":memory:",
    embedder: false,
    ...(safety === undefined ? {} : { safety }),
    ...more,
  });
  onTestFinished(() => memory.close());
  return memory;
}

/** No real ones: put together here, so that no scanner of a code host takes them for some. */
const key = ["sk", "proj", "Ab3dEf6hIj9kLm2nOp5qRs8tUv1w"].join("-");
const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"].join(".");
const pem = ["-----BEGIN RSA", "PRIVATE KEY-----\nMIIEow\n-----END RSA", "PRIVATE KEY-----"].join(" ");

const held: [SensitiveKind, string, string][] = [
  ["key", `My key is ${key}, keep it.`, key],
  ["key", `AWS: AKIA${"IOSFODNN7QWERTYU"}`, "AKIAIOSFODNN7QWERTYU"],
  ["key", `token ghp_${"16C7e42F292c6912E7710c838347Ae178B4a"}`, "ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
  ["token", `Authorization: ${jwt}`, jwt],
  ["private key", `here: ${pem} done`, pem],
  ["password", "MISTRAL_API_KEY=hTq8vR2mN5xY7wZ1aB3cD4eF6gH9jK0l", "hTq8vR2mN5xY7wZ1aB3cD4eF6gH9jK0l"],
  ["password", "postgres://ada:s3cr3t@db.example/shop", "s3cr3t"],
  ["password", "Mein Passwort: Sommer2026!", "Sommer2026!"],
  ["card", "Pay with 4111 1111 1111 1111, 12/28.", "4111 1111 1111 1111"],
  ["card", "5500-0000-0000-0004", "5500-0000-0000-0004"],
  ["card", "Amex 3782 822463 10005", "3782 822463 10005"],
  ["iban", "Mon IBAN : FR76 3000 6000 0112 3456 7890 189.", "FR76 3000 6000 0112 3456 7890 189"],
  ["iban", "de89370400440532013000", "de89370400440532013000"],
  ["nir", "n° de sécu 2 55 08 14 168 025 38", "2 55 08 14 168 025 38"],
  ["siret", "SIRET 732 829 320 00074", "732 829 320 00074"],
  ["tax id", "Steuer-ID: 86 095 742 719", "86 095 742 719"],
  ["phone", "Appelle-moi au 06 12 34 56 78 demain", "06 12 34 56 78"],
  ["phone", "+49 (0)30 1234567", "+49 (0)30 1234567"],
  ["phone", "Call (415) 555-2671", "(415) 555-2671"],
  ["email", "Écris à zoë.k@köln.example, merci", "zoë.k@köln.example"],
];

const everything = { secrets: "redact", cards: "redact", personal: "redact" } as const;

test.each(held)("%s in %j", async (kind, value, part) => {
  const memory = await open(everything);
  const record = await memory.set({ namespace, value });
  expect(record.value).toBe(value.replace(part, `[redacted: ${kind}]`));
  expect(JSON.stringify([record.entities, await memory.search({ namespace, query: part })])).not.toContain(
    part,
  );
  expect((await memory.stats()).safety).toEqual({ warned: {}, redacted: { [kind]: 1 }, blocked: {} });
});

/** Ordinary numbers and names in several languages. */
const ordinary = [
  "ISBN 978-2-07-036822-8 and 0-306-40615-2",
  "Commande n° 4929 1234 5678 9012 expédiée, numéro de suivi 6A12345678901",
  "Bestellnummer 12345678903, Sendung 00340434161094021501",
  "order 4111111111111111",
  "2026-11-30T15:55:20.123Z, 20261130155520, 1700000000000, le 12/05/2026 à 14:30",
  "Montag 30.11.2026 um 15:30; 电话会议在 2026年11月30日; 注文番号 20261130-0001; номер 123456789012",
  "commit da39a3ee5e6b4b0d3255bfef95601890afd80709, md5 d41d8cd98f00b204e9800998ecf8427e",
  "123e4567-e89b-12d3-a456-426614174000 and 550e8400-e29b-41d4-a716-446655440000",
  "version 4.17.21 of lodash@4.17.21, @souvenir/core@1.2.3, logo@2x.png, 192.168.100.200:8080",
  "3.14159265358979323846, GPS 48.8566140, 2.3522219, 0.41111111111111111",
  "1 234 567 890 €, 12.345.678,90 €, Budget 2026: 12 000 000 000",
  "the years 1914-1918 and 1939-1945, pages 1200-1250, 1300-1355, 0 1 1 2 3 5 8 13 21 34 55 89 144",
  "git@github.com:souvenir-memory/souvenir.git",
  "sk-learn-contrib-extensions-2, sk-xxxxxxxxxxxxxxxxxxxxxxxx, api_key = YOUR_API_KEY_GOES_HERE_1",
  "The password is in the vault; le mot de passe est dans le coffre; das Passwort ist geheim",
  "EAN 4006381333931, IMEI 356938035643809, DOI 10.1016/j.cell.2020.02.058",
  "https://example.com/a/1234567890123456?id=4111111111111111",
];

test.each(ordinary)("no alarm at %j", async (value) => {
  const memory = await open({ secrets: "block", cards: "block", personal: "block" });
  expect((await memory.set({ namespace, value })).value).toBe(value);
});

const card = "4111 1111 1111 1111";

describe("what is refused", () => {
  test("is refused by every call that writes, with nothing done, and is in no message", async () => {
    const logged: unknown[] = [];
    const log = (...given: unknown[]) => logged.push(given);
    const memory = await open(
      { cards: "block" },
      { logger: { warn: log, error: log, info: log, debug: log } },
    );
    const messages = [
      { role: "user", content: "Hello." },
      { role: "user", content: `My card is ${card}.` },
    ];
    const remember = memoryToolSet.find(({ name }) => name === "remember");
    for (const write of [
      () => memory.set({ namespace, value: `My card: ${card}` }),
      () => memory.set({ namespace, value: "fine", metadata: { deep: [{ note: card }] } }),
      () => memory.set({ namespace, value: "fine", tags: [card] }),
      () =>
        memory.setMany([
          { namespace, value: "fine" },
          { namespace, value: card },
        ]),
      () =>
        memory.import([
          { namespace, value: "fine" },
          { namespace, value: card },
        ]),
      () => memory.remember({ namespace, thread: "t", messages }),
      () => memory.remember({ namespace, thread: "t", turnId: "1", messages }),
    ]) {
      const error = await write().then(
        () => undefined,
        (thrown: unknown) => thrown as Error & { details: object },
      );
      expect(error).toMatchObject({ code: "CONTENT_BLOCKED", details: { kinds: { card: 1 } } });
      expect(error?.message + JSON.stringify(error?.details)).not.toContain("4111");
    }
    expect(JSON.stringify(logged)).not.toContain("4111");
    expect(await remember?.run({ memory, namespace, input: { text: card } })).toMatchObject({
      error: { code: "CONTENT_BLOCKED" },
    });
    expect((await memory.stats()).records).toBe(0);
    expect((await memory.stats()).safety).toEqual({ warned: {}, redacted: {}, blocked: { card: 8 } });
  });

  test("is no reason to forget a conversation that had it before", async () => {
    const memory = await open({ cards: "block" });
    const before = [
      { role: "user", content: `My card is ${card}.` },
      { role: "assistant", content: "I keep no cards." },
    ];
    const { stored } = await memory.remember({
      namespace,
      thread: "t",
      before,
      messages: [{ role: "user", content: "Good." }],
    });
    expect(stored).toBe(1);
  });
});

test("a conversation that is told whole each time is kept once, redacted, and counted once", async () => {
  const memory = await open({ cards: "redact" });
  const messages = [
    { role: "user", content: `My card is ${card}, remember it.` },
    { role: "assistant", content: "No." },
  ];
  expect(await memory.remember({ namespace, thread: "t", messages })).toEqual({ stored: 2 });
  messages.push({ role: "user", content: "Why?" });
  expect(await memory.remember({ namespace, thread: "t", messages })).toEqual({ stored: 1 });
  expect((await memory.list({ namespace, thread: "t" })).records.map(({ value }) => value)).toEqual([
    "My card is [redacted: card], remember it.",
    "No.",
    "Why?",
  ]);
  expect((await memory.stats()).safety?.redacted).toEqual({ card: 1 });
});

test("warnings keep it, say its kind and not what it is", async () => {
  const logged: unknown[][] = [];
  const memory = await open({ personal: "warn" }, { logger: { warn: (...given) => logged.push(given) } });
  const value = "Write to ada@example.com and ben@example.com.";
  expect((await memory.set({ namespace, value })).value).toBe(value);
  expect((await memory.stats()).safety?.warned).toEqual({ email: 2 });
  expect(logged).toEqual([[expect.stringContaining("email (2)"), { kinds: { email: 2 } }]]);
});

test("rules by namespace, by name and by how it begins; an IBAN is a card and personal", async () => {
  const byNamespace = { "clinic/*": { personal: "block" }, "clinic/open": { personal: "off" } } as const;
  const memory = await open({ cards: "redact", byNamespace });
  const value = "ada@example.com";
  expect((await memory.set({ namespace: "shop", value })).value).toBe(value);
  expect((await memory.set({ namespace: "clinic/open", value })).value).toBe(value);
  await expect(memory.set({ namespace: "clinic/7", value })).rejects.toMatchObject({
    code: "CONTENT_BLOCKED",
  });
  const iban = "DE89 3704 0044 0532 0130 00";
  expect((await memory.set({ namespace: "shop", value: iban })).value).toBe("[redacted: iban]");
  await expect(memory.set({ namespace: "clinic/7", value: iban })).rejects.toMatchObject({
    code: "CONTENT_BLOCKED",
  });
});

test("what is not right in the options is said", async () => {
  for (const [safety, told] of [
    [{ secret: "redact" }, /secrets/],
    [{ secrets: "redacted" }, /safety\.secrets.*"block"/],
    [{ byNamespace: { a: { card: "off" } } }, /cards/],
  ] as const)
    await expect(createMemory({ path: ":memory:", safety: safety as never })).rejects.toThrow(told);
});

test("scan finds what is there from before, in earlier versions too, and takes it out", async () => {
  const memory = await open(undefined);
  await memory.set({ namespace, key: "a", value: `Old card ${card}` });
  await memory.set({ namespace, key: "a", value: "New text." });
  await memory.set({
    namespace,
    key: "b",
    value: "Mail ada@example.com",
    metadata: { phone: "+33 6 12 34 56 78" },
  });
  await memory.set({ namespace, key: "c", value: "Nothing." });
  await memory.set({ namespace: "other", value: "ben@example.com" });
  const found = { card: 1, email: 1, phone: 1 };
  expect(await memory.scan({ namespace })).toEqual({ scanned: 3, memories: 2, found, fixed: 0 });
  expect(await memory.scan({ namespace, fix: true })).toEqual({ scanned: 3, memories: 2, found, fixed: 2 });
  expect(await memory.scan({ namespace })).toEqual({ scanned: 3, memories: 0, found: {}, fixed: 0 });
  expect(await memory.history({ namespace, key: "a" })).toEqual([]);
  expect(await memory.get({ namespace, key: "b" })).toMatchObject({
    value: "Mail [redacted: email]",
    metadata: { phone: "[redacted: phone]" },
  });
  expect((await memory.get({ namespace, key: "c" }))?.version).toBe(1);
  expect(JSON.stringify(await memory.search({ namespace, query: "ada@example.com" }))).not.toContain("ada@");
  expect((await memory.scan()).found).toEqual({ email: 1 });
});

test("scan goes through a large namespace in as many calls as one likes, and tells the same", async () => {
  const memory = await open(undefined);
  const value = (number: number) => `Mail ada${number}@example.com`;
  await memory.setMany(
    Array.from({ length: 250 }, (_, number) => ({ namespace, key: `${number}`, value: value(number) })),
  );
  const whole = await memory.scan({ namespace });
  for (const limit of [1, 99, 100, 125, 250, 251]) {
    let [scanned, emails, calls] = [0, 0, 0];
    let cursor: string | undefined;
    do {
      const page = await memory.scan({ namespace, limit, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.scanned).toBeLessThanOrEqual(limit);
      scanned += page.scanned;
      emails += page.found.email ?? 0;
      calls++;
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect([scanned, emails, calls]).toEqual([whole.scanned, whole.found.email, Math.ceil(250 / limit)]);
  }
  const first = await memory.scan({ namespace, fix: true, limit: 100 });
  expect(first).toMatchObject({ scanned: 100, fixed: 100 });
  const rest = await memory.scan({ namespace, fix: true, limit: 1000, cursor: first.cursor as string });
  expect(rest).toEqual({ scanned: 150, memories: 150, found: { email: 150 }, fixed: 150 });
  for (const wrong of [{ limit: 5 }, { cursor: "1.1" }, { namespace, limit: 0 }, { namespace, cursor: "x" }])
    await expect(memory.scan(wrong)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
