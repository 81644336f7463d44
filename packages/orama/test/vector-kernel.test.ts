import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kernel } from "../src/vectors/kernel.ts";
import { PlainKernel } from "../src/vectors/plain-kernel.ts";
import { quantiseQuery } from "../src/vectors/quantised-query.ts";
import { createRotation } from "../src/vectors/rotation.ts";
import { WasmKernel } from "../src/vectors/wasm-kernel.ts";
import { randomNumbers, randomVector } from "./vector-data.ts";

const BYTES = 2 ** 20;
const SEED = 20261123;

/** Both kernels over memories that hold the same random bytes. */
function kernels(seed: number): [WasmKernel, PlainKernel] {
  const wasm = WasmKernel.create(BYTES);
  if (wasm === undefined) throw new Error("This runtime has no WebAssembly SIMD.");
  const plain = new PlainKernel(BYTES);
  const random = randomNumbers(seed);
  wasm.grow(BYTES);
  plain.grow(BYTES);
  const bytes = new Uint8Array(wasm.buffer);
  for (let at = 0; at < BYTES; at++) bytes[at] = random() * 256;
  new Uint8Array(plain.buffer).set(bytes);
  return [wasm, plain];
}

/** Runs a loop of both kernels and compares all of their memories, and what they return. */
function expectSame(seed: number, run: (kernel: Kernel) => unknown): void {
  const [wasm, plain] = kernels(seed);
  const results = [run(wasm), run(plain)];
  expect(results[0]).toEqual(results[1]);
  expect(Buffer.compare(new Uint8Array(wasm.buffer), new Uint8Array(plain.buffer, 0, BYTES))).toBe(0);
}

function writeFloats(kernel: Kernel, address: number, values: Float32Array): void {
  new Float32Array(kernel.buffer, address, values.length).set(values);
}

const dimensions = fc.constantFrom(1, 2, 3, 63, 64, 65, 96, 100, 200, 384, 768, 1000, 1024);
const cases = fc.record({ dimensions, seed: fc.nat() });

describe("the WebAssembly kernel equals the plain one bit by bit", () => {
  test("rotate", () => {
    fc.assert(
      fc.property(cases, ({ dimensions, seed }) => {
        const rotation = createRotation(dimensions);
        const { length, block, passes, factors } = rotation;
        expectSame(seed, (kernel) => {
          writeFloats(kernel, 0, randomVector(length, randomNumbers(seed)));
          writeFloats(kernel, length * 4, factors);
          kernel.rotate(0, length * 4, length, block, passes);
        });
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test("quantise and seal", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ({ dimensions, seed }, spike) => {
        const { length } = createRotation(dimensions);
        expectSame(seed, (kernel) => {
          const vector = randomVector(length, randomNumbers(seed));
          vector[seed % length] = spike * 1000;
          writeFloats(kernel, 0, vector);
          kernel.quantise(0, length, 65536, 131072);
          kernel.seal(65536, 131072, length, 196608 + (seed % 16), 327680, 327684);
        });
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test("seal marks a row of zeros", () => {
    expectSame(1, (kernel) => {
      new Uint8Array(kernel.buffer, 0, 96).fill(0);
      kernel.seal(0, 64, 64, 4096, 8192, 8196);
      const factors = new Float32Array(kernel.buffer, 8192, 2);
      expect(factors).toEqual(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY));
      // Signs of a NaN are not defined; nothing reads them.
      factors[0] = 0;
    });
  });

  test("scan and collect", () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 40 }),
        fc.nat(65535),
        fc.nat(65535),
        (input, groups, a, b) => {
          const { length } = createRotation(input.dimensions);
          const random = randomNumbers(input.seed);
          const query = quantiseQuery(randomVector(length, random));
          const codeBytes = 256 * (length / 8);
          const pageBytes = codeBytes + 256 * 4 + 256 * 2;
          expectSame(input.seed, (kernel) => {
            const factors = randomNumbers(input.seed);
            new Uint8Array(kernel.buffer).set(query.table, 0);
            for (let page = 0; page < 3; page++) {
              const values = new Float32Array(kernel.buffer, 65536 + page * pageBytes + codeBytes, 256);
              for (let row = 0; row < 256; row++)
                values[row] = factors() < 0.1 ? Number.NaN : factors() * 0.2;
            }
            kernel.scan(
              65536,
              pageBytes,
              groups * 16,
              length,
              0,
              codeBytes,
              codeBytes + 1024,
              query.centre,
              query.step,
            );
            return kernel.collect(
              65536 + codeBytes + 1024,
              256 - (input.seed % 9),
              Math.min(a, b),
              Math.max(a, b),
              7,
              32768,
            );
          });
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  test("dotHigh and dotLow", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 9 }), ({ dimensions, seed }, count) => {
        const { length } = createRotation(dimensions);
        const random = randomNumbers(seed);
        const { values } = quantiseQuery(randomVector(length, random));
        expectSame(seed, (kernel) => {
          new Int16Array(kernel.buffer, 0, length).set(values);
          const addresses = new Uint32Array(kernel.buffer, 32768, count);
          for (let index = 0; index < count; index++) addresses[index] = 65536 + index * length;
          kernel.dotHigh(32768, count, 0, length, 49152);
          kernel.dotLow(32768, count, 0, length, 57344);
        });
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});

test("dot products of 4,096 equal coordinates stay in 32 bits", () => {
  const length = 4096;
  const { values } = quantiseQuery(new Float32Array(length).fill(1 / 64));
  expectSame(3, (kernel) => {
    new Int16Array(kernel.buffer, 0, length).set(values);
    new Int8Array(kernel.buffer, 65536, length).fill(-128);
    new Uint32Array(kernel.buffer, 32768, 1)[0] = 65536;
    kernel.dotHigh(32768, 1, 0, length, 49152);
    let exact = 0;
    for (const value of values) exact += value * -128;
    expect(new Int32Array(kernel.buffer, 49152, 1)[0]).toBe(exact);
  });
});

describe("createRotation", () => {
  test.each([1, 3, 64, 65, 200, 223, 225, 768, 1000, 1536, 1793, 4096])(
    "%i dimensions: keeps dot products",
    (dimensions) => {
      const { length, block, passes, factors } = createRotation(dimensions);
      expect(length % 32).toBe(0);
      expect(length).toBeGreaterThanOrEqual(dimensions);
      expect(length).toBeLessThanOrEqual(4096);
      const random = randomNumbers(dimensions);
      const kernel = new PlainKernel(BYTES);
      kernel.grow(BYTES);
      const rotated = [0, 1].map(() => {
        const vector = new Float32Array(length);
        vector.set(randomVector(dimensions, random));
        const before = vector.slice();
        writeFloats(kernel, 0, vector);
        writeFloats(kernel, length * 4, factors);
        kernel.rotate(0, length * 4, length, block, passes);
        return { before, after: new Float32Array(kernel.buffer, 0, length).slice() };
      });
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
      const [first, second] = rotated;
      const size = Math.sqrt(dot(first!.before, first!.before) * dot(second!.before, second!.before));
      expect(
        Math.abs(dot(first!.before, second!.before) - dot(first!.after, second!.after)) / size,
      ).toBeLessThan(1e-5);
    },
  );

  test.each([64, 200, 384, 768, 1000, 1536, 3072])(
    "%i dimensions: spreads a vector that sits in a few",
    (dimensions) => {
      const { length, block, passes, factors } = createRotation(dimensions);
      const kernel = new PlainKernel(BYTES);
      kernel.grow(BYTES);
      writeFloats(kernel, length * 4, factors);
      for (const at of [0, 1, dimensions >> 1, dimensions - 1]) {
        const vector = new Float32Array(length);
        vector[at] = 1;
        writeFloats(kernel, 0, vector);
        kernel.rotate(0, length * 4, length, block, passes);
        // The cosine with its signs: √(2/π) for a normal distribution of the coordinates, 1/√length for no spread.
        const magnitudes = new Float32Array(kernel.buffer, 0, length).reduce(
          (sum, value) => sum + Math.abs(value),
          0,
        );
        expect(magnitudes / Math.sqrt(length)).toBeGreaterThan(0.7);
      }
    },
  );
});
