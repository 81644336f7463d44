import type { Execution } from "../command.ts";
import { placeOf } from "../open-memory.ts";
import { UsageError } from "../usage-errors.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const place = placeOf(input, "audit");
  if ("path" in place)
    throw new UsageError(
      "a server on a file writes its log into the file of --audit: give --store for one on PostgreSQL",
    );
  const { auditLines } = await import("../../postgres/shared-audit.ts");
  for await (const line of auditLines(place.database)) await terminal.line(line);
}
