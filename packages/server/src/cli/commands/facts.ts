import type { FactFields } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { oneLine } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [subject, attribute] = [input.text("subject"), input.text("attribute")];
  const [type, state] = [input.text("type"), input.text("state")];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  let cursor: string | undefined;
  do {
    const page = await memory.facts({
      namespace,
      ...(subject === undefined ? {} : { subject }),
      ...(attribute === undefined ? {} : { attribute }),
      ...(type === undefined ? {} : { type: type as FactFields["type"] }),
      ...(state === undefined ? {} : { state: state as FactFields["state"] }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const fact of page.facts)
      await (terminal.json
        ? terminal.document(fact)
        : terminal.line(
            `${terminal.paint("cyan", oneLine(fact.key))}  ${fact.state === "active" ? "" : `(${fact.state}) `}${oneLine(fact.value)}`,
          ));
    cursor = page.cursor;
  } while (cursor !== undefined);
}
