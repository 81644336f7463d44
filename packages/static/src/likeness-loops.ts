import { LIKENESS_BASE64 } from "./likeness.generated.ts";
import { centroids, dimensions, subspaces, width } from "./model-file.ts";

/** Terms that are compared with others together. */
export const lanes = 8;

/**
 * The loops of likeness over one linear memory; see `assembly/likeness.ts`. All but counts and `least` are byte offsets,
 * multiples of 16.
 */
interface Loops {
  products(directions: number, codebooks: number, table: number): void;
  cosines(codes: number, scales: number, count: number, table: number, least: number, rows: number): void;
  largest(places: number, ends: number, texts: number, rows: number, best: number, others: number): void;
  sum(codes: number, factors: number, count: number, codebooks: number, vector: number): void;
  dots(vectors: number, count: number, dots: number): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

/** The part of the WebAssembly JavaScript interface that is used here; TypeScript has it only beside the DOM. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (limits: { initial: number }) => Memory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const pageBytes = 65_536;

/** What some of the numbers below are for: how many bytes come before theirs, and how many of them there are. */
type Layout<Name extends string> = Record<Name, number>;

/** The loops, and the memory that they work on. The same to the bit whether WebAssembly may be compiled or not. */
export class LikenessMemory {
  readonly loops: Loops;
  readonly #memory: Memory;
  #bytes = 0;

  constructor() {
    const { loops, memory } = compiled() ?? plain();
    this.loops = loops;
    this.#memory = memory;
  }

  /** Where numbers of 32 bits are from now on, after what was taken before and for good. */
  take(count: number): number {
    const at = this.#bytes;
    this.#bytes += Math.ceil(count / 4) * 16;
    this.#reserve(this.#bytes);
    return at;
  }

  /** The same for the time until the next call. @param counts - How many numbers each has. */
  layOut<Name extends string>(counts: Record<Name, number>): Layout<Name> {
    let bytes = this.#bytes;
    const layout: Record<string, number> = {};
    for (const [name, count] of Object.entries<number>(counts)) {
      layout[name] = bytes;
      bytes += Math.ceil(count / 4) * 16;
    }
    this.#reserve(bytes);
    return layout as Layout<Name>;
  }

  /** Valid until memory is taken or laid out again. */
  floats(at: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, count);
  }

  words(at: number, count: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, at, count);
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
  }
}

interface Host {
  loops: Loops;
  memory: Memory;
}

/** `undefined` where the runtime forbids compilation, or lacks WebAssembly or its SIMD. */
function compiled(): Host | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
  if (host === undefined) return undefined;
  try {
    const module = new host.Module(Uint8Array.from(atob(LIKENESS_BASE64), (char) => char.charCodeAt(0)));
    const memory = new host.Memory({ initial: 1 });
    return { memory, loops: new host.Instance(module, { env: { memory } }).exports as Loops };
  } catch {
    return undefined;
  }
}

/** In TypeScript. float32 products and sums are exact in float64 before they are rounded once. */
function plain(): Host {
  let bytes = new Uint8Array(0);
  let floats = new Float32Array(0);
  let words = new Uint32Array(0);
  const memory = {
    get buffer() {
      return bytes.buffer;
    },
    grow(pages: number) {
      const grown = new Uint8Array(bytes.length + pages * pageBytes);
      grown.set(bytes);
      bytes = grown;
      floats = new Float32Array(grown.buffer);
      words = new Uint32Array(grown.buffer);
    },
  };
  const loops: Loops = {
    products(directions, codebooks, table) {
      for (let entry = 0; entry < subspaces * centroids; entry++) {
        const direction = directions / 4 + Math.floor(entry / centroids) * width * lanes;
        for (let lane = 0; lane < lanes; lane++) {
          let product = 0;
          for (let offset = 0; offset < width; offset++) {
            const factor = floats[codebooks / 4 + entry * width + offset]!;
            product = Math.fround(product + Math.fround(factor * floats[direction + offset * lanes + lane]!));
          }
          floats[table / 4 + entry * lanes + lane] = product;
        }
      }
    },
    cosines(codes, scales, count, table, least, rows) {
      const lowest = Math.fround(least);
      for (let index = 0; index < count; index++) {
        for (let lane = 0; lane < lanes; lane++) {
          let sum = 0;
          let entry = table / 4 + lane;
          for (let code = codes + index * subspaces; code < codes + (index + 1) * subspaces; code++) {
            sum = Math.fround(sum + floats[entry + bytes[code]! * lanes]!);
            entry += centroids * lanes;
          }
          const cosine = Math.fround(sum * floats[scales / 4 + index]!);
          floats[rows / 4 + index * lanes + lane] = cosine >= lowest ? Math.min(1, cosine) : 0;
        }
      }
    },
    largest(places, ends, texts, rows, best, others) {
      let entry = places / 4;
      for (let text = 0; text < texts; text++) {
        const to = text * lanes;
        floats.fill(0, best / 4 + to, best / 4 + to + lanes);
        floats.fill(0, others / 4 + to, others / 4 + to + lanes);
        for (const end = places / 4 + words[ends / 4 + text]!; entry < end; entry++) {
          for (let lane = 0; lane < lanes; lane++) {
            const number = floats[rows / 4 + words[entry]! * lanes + lane]!;
            if (number > floats[best / 4 + to + lane]!) floats[best / 4 + to + lane] = Math.min(1, number);
            if (number <= 1 && number > floats[others / 4 + to + lane]!)
              floats[others / 4 + to + lane] = number;
          }
        }
      }
    },
    sum(codes, factors, count, codebooks, vector) {
      for (let at = 0; at < dimensions; at++) {
        const subspace = Math.floor(at / width);
        const book = codebooks / 4 + subspace * centroids * width + (at % width);
        let sum = 0;
        for (let index = 0; index < count; index++) {
          const number = floats[book + bytes[codes + index * subspaces + subspace]! * width]!;
          sum = Math.fround(sum + Math.fround(floats[factors / 4 + index]! * number));
        }
        floats[vector / 4 + at] = sum;
      }
    },
    dots(vectors, count, dots) {
      const sums = new Float32Array(16);
      for (let one = 0; one < count; one++) {
        for (let two = one + 1; two < count; two++) {
          sums.fill(0);
          for (let at = 0; at < dimensions; at++) {
            const left = floats[vectors / 4 + one * dimensions + at]!;
            const right = floats[vectors / 4 + two * dimensions + at]!;
            sums[at % 16] = sums[at % 16]! + Math.fround(left * right);
          }
          const [first, second, third, fourth] = [0, 1, 2, 3].map((lane) =>
            Math.fround(
              Math.fround(sums[lane]! + sums[lane + 4]!) + Math.fround(sums[lane + 8]! + sums[lane + 12]!),
            ),
          ) as [number, number, number, number];
          floats[dots / 4 + one * count + two] = Math.fround(first + second) + Math.fround(third + fourth);
        }
      }
    },
  };
  return { loops, memory };
}
