import { randomUUID } from "node:crypto";
import type { PostgresPlace } from "@souvenir/postgres";
import { type Audit, type AuditEvent, toAuditLine } from "../http/audit.ts";
import { sharedTables } from "./shared-tables.ts";
import { Together } from "./together.ts";

/** An audit log that servers share, in the database of the memory: what is in it is committed. */
export function sharedAudit(place: PostgresPlace): Audit & { close(): Promise<void> } {
  const tables = sharedTables(place);
  const lines = new Together<AuditEvent, undefined>(async (events) => {
    // Each with an id, so that what is sent again because the connection broke is there once.
    await tables.run(
      `INSERT INTO @server_audit (id, line) SELECT id, line FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS e (id, line, place)
       ORDER BY place ON CONFLICT (id) DO NOTHING`,
      [events.map(() => randomUUID()), events.map((event) => toAuditLine(event).trimEnd())],
    );
    return events.map(() => undefined);
  });
  return Object.assign((event: AuditEvent) => lines.ask(event), { close: () => tables.close() });
}

/** The lines of the log, oldest first. */
export async function* auditLines(place: PostgresPlace): AsyncGenerator<string> {
  const tables = sharedTables(place);
  let last = 0;
  try {
    for (;;) {
      const rows = await tables.all<{ number: number; line: string }>(
        "SELECT number, line FROM @server_audit WHERE number > $1 ORDER BY number LIMIT 1000",
        [last],
      );
      for (const { line } of rows) yield line;
      if (rows.length < 1000) return;
      last = rows.at(-1)?.number ?? last;
    }
  } finally {
    await tables.close();
  }
}
