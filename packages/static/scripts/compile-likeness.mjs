// Compiles assembly/likeness.ts to WebAssembly and writes it, in base64, as a module that needs no loading step.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = new URL("../src/likeness.generated.ts", import.meta.url);

/** @type {Uint8Array | undefined} */
let wasm;
const { error, stderr } = await asc.main(
  [
    "assembly/likeness.ts",
    "--outFile",
    "likeness.wasm",
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
  throw new Error(`assembly/likeness.ts does not compile:\n${stderr.toString()}`, { cause: error });
}

const base64 = Buffer.from(wasm).toString("base64");
await writeFile(
  target,
  `// Written by scripts/compile-likeness.mjs from assembly/likeness.ts (${wasm.length} bytes).\n` +
    `export const LIKENESS_BASE64: string =\n  "${base64}";\n`,
);
