import { expect, test } from "vitest";
import { checksum } from "../src/checksum.ts";
import {
  AttributeIndex,
  decodeSnapshot,
  encodeSnapshot,
  type FrozenPart,
  freezeSnapshot,
  TextIndex,
  VectorIndex,
} from "../src/index.ts";
import { randomNumbers, randomVector } from "./vector-data.ts";

const random = randomNumbers(20261129);
const below = (end: number) => Math.floor(random() * end);
const words = Array.from({ length: 600 }, (_, at) => `word${at.toString(36)}`);
const sentence = () => Array.from({ length: 1 + below(30) }, () => words[below(600)]).join(" ");

const indexes = () => ({
  text: new TextIndex(),
  attributes: new AttributeIndex(),
  vectors: new VectorIndex({ dimensions: 40 }),
});
type Indexes = ReturnType<typeof indexes>;

function change({ text, attributes, vectors }: Indexes, documents: number): void {
  for (let round = 0; round < documents; round++) {
    const doc = below(3_000);
    for (const index of [text, attributes, vectors]) index.remove(doc);
    if (random() < 0.2) continue;
    text.add(doc, sentence());
    attributes.addAll(doc, [
      ["tag", words[below(20)]!],
      ["number", below(500)],
      ["flag", random() < 0.5],
    ]);
    vectors.add(doc, [randomVector(40, random)]);
  }
}

const frozenSections = ({ text, attributes, vectors }: Indexes): Map<string, FrozenPart[]> =>
  new Map([
    ["text", text.freeze()],
    ["attributes", attributes.freeze()],
    ["vectors", vectors.freeze()],
  ]);

test("what is written while the indexes change is what they were when they were frozen", () => {
  const all = indexes();
  change(all, 3_000);
  for (let round = 0; round < 4; round++) {
    const { text, attributes, vectors } = all;
    const before = Buffer.concat(
      encodeSnapshot(
        new Map([
          ["text", text.save()],
          ["attributes", attributes.save()],
          ["vectors", vectors.save()],
        ]),
      ),
    );
    const written: Uint8Array[] = [];
    for (const piece of freezeSnapshot(frozenSections(all))) {
      written.push(piece.slice());
      change(all, 60);
    }
    expect(written.length).toBeGreaterThan(4);
    expect(Buffer.concat(written).equals(before)).toBe(true);
    const sections = decodeSnapshot(new Uint8Array(before));
    expect(TextIndex.load(sections.get("text")!).save()).toEqual(sections.get("text"));
  }
});

test("two that were frozen at different times are both what they were", () => {
  const all = indexes();
  change(all, 2_000);
  const first = freezeSnapshot(frozenSections(all));
  const firstBytes = Buffer.concat(all.vectors.save());
  change(all, 500);
  const second = freezeSnapshot(frozenSections(all));
  const secondBytes = Buffer.concat(all.vectors.save());
  change(all, 500);
  const vectorsOf = (pieces: Iterable<Uint8Array>) =>
    Buffer.concat(
      decodeSnapshot(new Uint8Array(Buffer.concat(Array.from(pieces, (piece) => piece.slice())))).get(
        "vectors",
      )!,
    );
  expect(vectorsOf(first).equals(firstBytes)).toBe(true);
  expect(vectorsOf(second).equals(secondBytes)).toBe(true);
});

test("a checksum does not depend on where the bytes are cut", () => {
  const bytes = Uint8Array.from({ length: 300 }, () => below(256));
  const whole = checksum([bytes]);
  for (let round = 0; round < 200; round++) {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = below(50);
      parts.push(bytes.subarray(at, at + length));
      at += length;
    }
    expect(checksum(parts)).toBe(whole);
  }
});

test("removing in steps leaves what removing one by one does", () => {
  const [one, many] = [indexes(), indexes()];
  for (let doc = 0; doc < 2_000; doc++) {
    const text = sentence();
    const tag = words[below(9)]!;
    for (const { text: index, attributes } of [one, many]) {
      index.add(doc, text);
      attributes.addAll(doc, [["tag", tag]]);
    }
  }
  const gone = Array.from({ length: 2_000 }, (_, doc) => doc).filter(() => random() < 0.6);
  for (const doc of gone) {
    one.text.remove(doc);
    one.attributes.remove(doc);
  }
  let steps = 0;
  for (const _ of many.text.removing(gone)) steps++;
  for (const _ of many.attributes.removing(gone)) steps++;
  expect(steps).toBeGreaterThan(3);
  expect(many.text.size).toBe(2_000 - gone.length);
  for (const query of [words[0]!, `${words[1]} ${words[77]}`, "word5 wordz"])
    expect(many.text.search(query, { limit: 2_000 })).toEqual(one.text.search(query, { limit: 2_000 }));
  expect([...many.attributes.count("tag")].sort()).toEqual([...one.attributes.count("tag")].sort());
});
