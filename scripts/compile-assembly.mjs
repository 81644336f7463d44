// Compiles assembly/NAME.ts of the package it runs in to WebAssembly and writes it, in base64, as a module that needs no
// loading step: node ../../scripts/compile-assembly.mjs NAME TARGET
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import asc from "assemblyscript/asc";

const [name, target] = process.argv.slice(2);
if (name === undefined || target === undefined)
  throw new Error("give the name of the assembly, and the file to write");
const source = `assembly/${name}.ts`;

/** @type {Uint8Array | undefined} */
let wasm;
const { error, stderr } = await asc.main(
  [
    source,
    "--outFile",
    `${name}.wasm`,
    "--baseDir",
    process.cwd(),
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
    writeFile(file, contents) {
      if (file.endsWith(".wasm") && typeof contents !== "string") wasm = contents;
    },
  },
);
if (error !== null || wasm === undefined) {
  throw new Error(`${source} does not compile:\n${stderr.toString()}`, { cause: error });
}

await mkdir(dirname(target), { recursive: true });
await writeFile(
  target,
  `// Written by scripts/compile-assembly.mjs from ${source} (${wasm.length} bytes).\n` +
    `export const ${name.toUpperCase()}_BASE64: string =\n  "${Buffer.from(wasm).toString("base64")}";\n`,
);
