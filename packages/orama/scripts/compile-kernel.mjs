// Compiles assembly/kernel.ts to WebAssembly and writes it, in base64, as a module that needs no loading step.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = new URL("../src/vectors/kernel.generated.ts", import.meta.url);

/** @type {Uint8Array | undefined} */
let wasm;
const { error, stderr } = await asc.main(
  [
    "assembly/kernel.ts",
    "--outFile",
    "kernel.wasm",
    "--baseDir",
    root,
    "--runtime",
    "stub",
    "--importMemory",
    "--enable",
    "simd",
    "--optimizeLevel",
    "3",
    "--noAssert",
    "--converge",
  ],
  {
    writeFile(name, contents) {
      if (name.endsWith(".wasm") && typeof contents !== "string") wasm = contents;
    },
  },
);
if (error !== null || wasm === undefined) {
  throw new Error(`assembly/kernel.ts does not compile:\n${stderr.toString()}`, { cause: error });
}

const base64 = Buffer.from(wasm).toString("base64");
await mkdir(new URL(".", target), { recursive: true });
await writeFile(
  target,
  `// Written by scripts/compile-kernel.mjs from assembly/kernel.ts (${wasm.length} bytes).\n` +
    `export const KERNEL_BASE64: string =\n  "${base64}";\n`,
);
