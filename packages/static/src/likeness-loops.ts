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
        let factor = codebooks / 4 + entry * width;
        let from = directions / 4 + Math.floor(entry / centroids) * width * lanes;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        let e = 0;
        let f = 0;
        let g = 0;
        let h = 0;
        for (let offset = 0; offset < width; offset++, from += lanes) {
          const by = floats[factor++]!;
          a = Math.fround(a + Math.fround(by * floats[from]!));
          b = Math.fround(b + Math.fround(by * floats[from + 1]!));
          c = Math.fround(c + Math.fround(by * floats[from + 2]!));
          d = Math.fround(d + Math.fround(by * floats[from + 3]!));
          e = Math.fround(e + Math.fround(by * floats[from + 4]!));
          f = Math.fround(f + Math.fround(by * floats[from + 5]!));
          g = Math.fround(g + Math.fround(by * floats[from + 6]!));
          h = Math.fround(h + Math.fround(by * floats[from + 7]!));
        }
        const to = table / 4 + entry * lanes;
        floats[to] = a;
        floats[to + 1] = b;
        floats[to + 2] = c;
        floats[to + 3] = d;
        floats[to + 4] = e;
        floats[to + 5] = f;
        floats[to + 6] = g;
        floats[to + 7] = h;
      }
    },
    cosines(codes, scales, count, table, least, rows) {
      const lowest = Math.fround(least);
      const end = rows / 4 + count * lanes;
      for (let index = 0; index < count; index++) {
        let from = table / 4;
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        let e = 0;
        let f = 0;
        let g = 0;
        let h = 0;
        for (let code = codes + index * subspaces; code < codes + (index + 1) * subspaces; code++) {
          const entry = from + bytes[code]! * lanes;
          a = Math.fround(a + floats[entry]!);
          b = Math.fround(b + floats[entry + 1]!);
          c = Math.fround(c + floats[entry + 2]!);
          d = Math.fround(d + floats[entry + 3]!);
          e = Math.fround(e + floats[entry + 4]!);
          f = Math.fround(f + floats[entry + 5]!);
          g = Math.fround(g + floats[entry + 6]!);
          h = Math.fround(h + floats[entry + 7]!);
          from += centroids * lanes;
        }
        const scale = floats[scales / 4 + index]!;
        const to = rows / 4 + index * lanes;
        floats[to] = a * scale;
        floats[to + 1] = b * scale;
        floats[to + 2] = c * scale;
        floats[to + 3] = d * scale;
        floats[to + 4] = e * scale;
        floats[to + 5] = f * scale;
        floats[to + 6] = g * scale;
        floats[to + 7] = h * scale;
      }
      for (let at = rows / 4; at < end; at++)
        floats[at] = floats[at]! >= lowest ? Math.min(1, floats[at]!) : 0;
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
      const to = vector / 4;
      floats.fill(0, to, to + dimensions);
      for (let index = 0; index < count; index++) {
        const factor = floats[factors / 4 + index]!;
        for (let subspace = 0; subspace < subspaces; subspace++) {
          const code = bytes[codes + index * subspaces + subspace]!;
          const from = codebooks / 4 + (subspace * centroids + code) * width;
          const start = to + subspace * width;
          for (let at = 0; at < width; at++)
            floats[start + at] = floats[start + at]! + Math.fround(factor * floats[from + at]!);
        }
      }
    },
    dots(vectors, count, dots) {
      // Sixteen sums, as in registers, and then the sum of these.
      const sums = new Float32Array(16);
      for (let one = 0; one < count; one++) {
        const left = vectors / 4 + one * dimensions;
        for (let two = one + 1; two < count; two++) {
          const right = vectors / 4 + two * dimensions;
          for (let lane = 0; lane < 16; lane++) {
            let sum = 0;
            for (let at = lane; at < dimensions; at += 16)
              sum = Math.fround(sum + Math.fround(floats[left + at]! * floats[right + at]!));
            sums[lane] = sum;
          }
          for (let lane = 0; lane < 4; lane++)
            sums[lane] =
              Math.fround(sums[lane]! + sums[lane + 4]!) + Math.fround(sums[lane + 8]! + sums[lane + 12]!);
          floats[dots / 4 + one * count + two] =
            Math.fround(sums[0]! + sums[1]!) + Math.fround(sums[2]! + sums[3]!);
        }
      }
    },
  };
  return { loops, memory };
}
