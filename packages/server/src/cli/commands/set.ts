import type { Origin } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { namespaceOf, openMemory, settle } from "../open-memory.ts";
import { readStandardInput } from "../standard-input.ts";
import { UsageError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const named = !input.flag("new-key");
  const [first, second] = input.positionals as [string, string | undefined];
  if (named !== (second !== undefined))
    throw new UsageError(
      "give a key and a text, souvenir set KEY TEXT, or a text alone with --new-key; - reads the text from standard input",
    );
  const given = second ?? first;
  const [role, thread, tags] = [input.text("role"), input.text("thread"), input.list("tag")];
  const origin = input.text("origin") as Origin | undefined;
  const [metadata, expiresAt] = [input.object("metadata"), input.moment("expires", 1)];
  const createdAt = input.moment("created", -1);
  const [validFrom, validTo] = [input.moment("valid-from", -1), input.moment("valid-to", -1)];
  const supersedes = input.list("supersedes");
  const ifVersion = input.integer("if-version", 0, Number.MAX_SAFE_INTEGER);
  const value = given === "-" ? await readStandardInput() : given;
  await using memory = await openMemory(execution, { create: true });
  const record = await memory.set({
    namespace: namespaceOf(input),
    value,
    ...(named ? { key: first } : {}),
    ...(tags === undefined ? {} : { tags }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(thread === undefined ? {} : { thread }),
    ...(role === undefined ? {} : { role }),
    ...(origin === undefined ? {} : { origin }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    ...(supersedes === undefined ? {} : { supersedes }),
    ...(ifVersion === undefined ? {} : { ifVersion }),
  });
  if (terminal.json) await terminal.document(record);
  else if (named) await terminal.line(`stored ${record.key}, version ${record.version}`);
  else await terminal.line(record.key);
  await settle(memory, execution);
}
