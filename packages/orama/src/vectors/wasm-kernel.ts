import { KERNEL_BASE64 } from "./kernel.generated.ts";
import type { Kernel } from "./kernel.ts";

/** The part of the WebAssembly JavaScript interface that is used here; TypeScript has it only beside the DOM. */
interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (limits: { initial: number; maximum: number }) => LinearMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
type Loops = Omit<Kernel, "buffer" | "grow">;

const WASM_PAGE_BYTES = 65536;

let compiled: object | "unavailable" | undefined;

/** The compiled module, or undefined where the runtime forbids compilation, or lacks WebAssembly or its SIMD. */
function compile(host: WebAssemblyInterface): object | undefined {
  if (compiled === undefined) {
    try {
      compiled = new host.Module(Uint8Array.from(atob(KERNEL_BASE64), (char) => char.charCodeAt(0)));
    } catch {
      compiled = "unavailable"; // the plain kernel returns the same bits, later
    }
  }
  return compiled === "unavailable" ? undefined : (compiled as object);
}

/** The kernel in WebAssembly SIMD over a memory of its own, which the garbage collector frees with it. */
export class WasmKernel implements Kernel {
  readonly #memory: LinearMemory;
  readonly #loops: Loops;
  readonly #limit: number;

  private constructor(memory: LinearMemory, loops: Loops, limit: number) {
    this.#memory = memory;
    this.#loops = loops;
    this.#limit = limit;
  }

  /**
   * @param limit The most bytes the memory will be asked to hold, up to 2 GiB.
   * @returns undefined where WebAssembly SIMD cannot be used.
   * @throws RangeError when the process has no address space left for another memory.
   */
  static create(limit: number): WasmKernel | undefined {
    const host = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
    if (host === undefined) return undefined;
    const module = compile(host);
    if (module === undefined) return undefined;
    const memory = new host.Memory({ initial: 1, maximum: Math.ceil(limit / WASM_PAGE_BYTES) });
    const instance = new host.Instance(module, { env: { memory } });
    return new WasmKernel(memory, instance.exports as Loops, limit);
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  grow(bytes: number): void {
    const size = this.#memory.buffer.byteLength;
    if (bytes <= size) return;
    // Every growth gives a new buffer, which costs a millisecond; pages cost nothing before they are written to.
    const wanted = Math.max(bytes, Math.min(this.#limit, size * 1.25));
    this.#memory.grow(Math.ceil((wanted - size) / WASM_PAGE_BYTES));
  }

  rotate(vector: number, factors: number, length: number, block: number, passes: number): void {
    this.#loops.rotate(vector, factors, length, block, passes);
  }

  quantise(vector: number, length: number, high: number, low: number): void {
    this.#loops.quantise(vector, length, high, low);
  }

  seal(
    high: number,
    low: number,
    length: number,
    code: number,
    estimateFactor: number,
    scoreFactor: number,
  ): void {
    this.#loops.seal(high, low, length, code, estimateFactor, scoreFactor);
  }

  scan(
    pages: number,
    pageBytes: number,
    rows: number,
    length: number,
    table: number,
    factors: number,
    estimates: number,
    centre: number,
    step: number,
  ): void {
    this.#loops.scan(pages, pageBytes, rows, length, table, factors, estimates, centre, step);
  }

  collect(
    estimates: number,
    rows: number,
    lowest: number,
    highest: number,
    first: number,
    out: number,
  ): number {
    return this.#loops.collect(estimates, rows, lowest, highest, first, out);
  }

  dotHigh(addresses: number, count: number, query: number, length: number, out: number): void {
    this.#loops.dotHigh(addresses, count, query, length, out);
  }

  dotLow(addresses: number, count: number, query: number, length: number, out: number): void {
    this.#loops.dotLow(addresses, count, query, length, out);
  }
}
