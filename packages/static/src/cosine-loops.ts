import { COSINES_BASE64 } from "./cosines.generated.ts";
import { centroids, dimensions, subspaces, width } from "./model-file.ts";

/** Terms that are compared together, such blocks that there is room for, and others at a time. */
export const lanes = 8;
export const blocks = 3;
export const most = 4096;

/**
 * The cosines of `lanes` terms to others: sums of products of centroids. The same to the bit whether WebAssembly may be
 * compiled or not.
 */
export interface CosineLoops {
  /** `[dimensions][lanes]`, to be filled in before `setTable`. */
  readonly directions: Float32Array;
  /** `[most][subspaces]` bytes: the codes of the others, and `[most]` what their centroids are multiplied with. */
  readonly codes: Uint32Array;
  readonly scales: Float32Array;
  /** `[lanes][most]`. */
  readonly cosines: Float32Array;
  /** Takes the directions as those of a block. */
  setTable(block: number): void;
  /** Compares those of a block with the first `count` others. */
  score(block: number, count: number): void;
}

/** The part of the WebAssembly JavaScript interface that is used here; TypeScript has it only beside the DOM. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
/** See `assembly/cosines.ts`; `plain` has the same. All but counts are byte offsets in one memory. */
interface Functions {
  products(directions: number, codebooks: number, table: number): void;
  cosines(codes: number, scales: number, count: number, table: number, out: number, stride: number): void;
}

const pageBytes = 65_536;

/** @param codebooks - `[subspaces][centroids][width]`, copied. */
export function cosineLoops(codebooks: Float32Array): CosineLoops {
  let bytes = 0;
  const room = (numbers: number): number => {
    bytes += numbers * 4;
    return bytes - numbers * 4;
  };
  const tables = Array.from({ length: blocks }, () => room(subspaces * centroids * lanes));
  const books = room(subspaces * centroids * width);
  const directions = room(dimensions * lanes);
  const codes = room((most * subspaces) / 4);
  const scales = room(most);
  const cosines = room(most * lanes);
  const { buffer, functions } = compiled(bytes) ?? plain(bytes);
  new Float32Array(buffer, books, codebooks.length).set(codebooks);
  return {
    directions: new Float32Array(buffer, directions, dimensions * lanes),
    codes: new Uint32Array(buffer, codes, (most * subspaces) / 4),
    scales: new Float32Array(buffer, scales, most),
    cosines: new Float32Array(buffer, cosines, most * lanes),
    setTable: (block) => functions.products(directions, books, tables[block]!),
    score: (block, count) => functions.cosines(codes, scales, count, tables[block]!, cosines, most * 4),
  };
}

interface Compiled {
  buffer: ArrayBuffer;
  functions: Functions;
}

/** `undefined` where the runtime forbids compilation, or lacks WebAssembly or its SIMD. */
function compiled(bytes: number): Compiled | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
  if (host === undefined) return undefined;
  try {
    const module = new host.Module(Uint8Array.from(atob(COSINES_BASE64), (char) => char.charCodeAt(0)));
    const memory = new host.Memory({ initial: Math.ceil(bytes / pageBytes) });
    const { exports } = new host.Instance(module, { env: { memory } });
    return { buffer: memory.buffer, functions: exports as Functions };
  } catch {
    return undefined;
  }
}

/** In TypeScript. float32 products and sums are exact in float64 before they are rounded once. */
function plain(bytes: number): Compiled {
  const buffer = new ArrayBuffer(bytes);
  const floats = new Float32Array(buffer);
  const all = new Uint8Array(buffer);
  const functions: Functions = {
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
    cosines(codes, scales, count, table, out, stride) {
      for (let index = 0; index < count; index++) {
        for (let lane = 0; lane < lanes; lane++) {
          let product = 0;
          let entry = table / 4 + lane;
          for (let code = codes + index * subspaces; code < codes + (index + 1) * subspaces; code++) {
            product = Math.fround(product + floats[entry + all[code]! * lanes]!);
            entry += centroids * lanes;
          }
          floats[(out + lane * stride) / 4 + index] = Math.min(1, product * floats[scales / 4 + index]!);
        }
      }
    },
  };
  return { buffer, functions };
}
