import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { memoryFileHeader } from "@souvenir/core";
import { toWireExport } from "../../api/convert.ts";
import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { count } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [namespace, output] = [input.text("namespace"), input.text("output")];
  const signal = terminal.interruption();
  await using memory = await openMemory(execution);
  const total = (await memory.stats(namespace === undefined ? {} : { namespace })).records;
  const records = memory.export({
    ...(namespace === undefined ? {} : { namespace }),
    history: !input.flag("no-history"),
  });
  const progress = terminal.progress("exporting");
  let done = 0;
  const write = async (line: (text: string) => Promise<void>) => {
    try {
      await line(JSON.stringify(memoryFileHeader));
      for await (const record of records) {
        signal.throwIfAborted();
        await line(JSON.stringify(toWireExport(record)));
        done += 1;
        progress.update({ done, total });
      }
    } finally {
      progress.clear();
    }
  };
  if (output === undefined || output === "-") await write((text) => terminal.line(text));
  else {
    await writeWhole(output, write);
    if (terminal.json) await terminal.document({ exported: done });
    else await terminal.line(`exported ${count(done, "memory", "memories")} to ${output}`);
  }
}

/** The file appears when it is whole, and never half; readable by its owner only, as the store is. */
async function writeWhole(
  path: string,
  write: (line: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory())
    throw new UsageError(`${path} is a folder: give the path of a file in it, for example memories.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}.partial`;
  const file = createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true });
  const closed = finished(file);
  closed.catch(() => undefined);
  try {
    await write(async (text) => {
      if (!file.write(`${text}\n`)) await Promise.race([once(file, "drain"), closed]);
    });
    file.end();
    await closed;
    await rename(draft, path);
  } catch (error) {
    file.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}
