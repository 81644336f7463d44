import { type Attributes, type Span, type SpanStatus, trace } from "@opentelemetry/api";
import { afterAll, expect, test } from "vitest";
import { openMemory } from "./open-memory.ts";

interface Ended {
  name: string;
  attributes: Attributes;
  status?: SpanStatus;
}

/** What an SDK would export. */
const ended: Ended[] = [];

function startActiveSpan<Result>(
  name: string,
  { attributes = {} }: { attributes?: Attributes },
  work: (span: Span) => Result,
): Result {
  const span: Ended = { name, attributes: { ...attributes } };
  return work({
    setAttribute: (key: string, value: string | number) =>
      void Object.assign(span.attributes, { [key]: value }),
    setAttributes: (more: Attributes) => void Object.assign(span.attributes, more),
    setStatus: (status: SpanStatus) => void Object.assign(span, { status }),
    end: () => void ended.push(span),
  } as unknown as Span);
}

trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as never });
afterAll(() => trace.disable());

const embedder = {
  id: "letters",
  dimensions: 4,
  embed: async (texts: string[]) => texts.map((text) => Float32Array.of(text.length, 1, 1, 1)),
};

test("recall, store and embed are spans, which say how much and never what, nor whose", async () => {
  const memory = await openMemory(":memory:", { embedder });
  const messages = [{ role: "user", content: "Where does Ada keep the secret orders?" }];
  const turn = await memory.beginTurn({ namespace: "ada-namespace", thread: "private-thread", messages });
  await turn.end({ messages: [{ content: "In the secret harbour." }] });
  await memory.flush();
  const spans = [...ended];
  expect(new Set(spans.map(({ name }) => name))).toEqual(
    new Set(["souvenir.recall", "souvenir.store", "souvenir.embed"]),
  );
  const stored = spans.filter(({ name }) => name === "souvenir.store").map(({ attributes }) => attributes);
  expect(stored).toEqual([{ "souvenir.stored": 1 }, { "souvenir.stored": 1 }]);
  expect(spans.find(({ name }) => name === "souvenir.recall")?.attributes).toMatchObject({
    "souvenir.memories": 0,
  });
  const told = JSON.stringify(
    spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
  expect(told).not.toMatch(/secret|ada-namespace|private-thread/);
});

test("what fails is an error of its span, without the provider's words", async () => {
  ended.length = 0;
  const failing = { ...embedder, embed: () => Promise.reject(new Error("secret orders are refused")) };
  const memory = await openMemory(":memory:", { embedder: failing });
  await memory.set({ namespace: "ada", value: "The secret orders." });
  await memory.flush().catch(() => undefined);
  expect(JSON.stringify(ended)).not.toMatch(/secret/);
  const failed = ended.filter(({ name }) => name === "souvenir.embed");
  expect(failed.length).toBeGreaterThan(0);
  for (const { status } of failed) expect(status).toEqual({ code: 2, message: "Error" });
});
