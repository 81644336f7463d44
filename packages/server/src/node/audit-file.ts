import { appendFile } from "node:fs/promises";
import { type Audit, toAuditLine } from "../http/audit.ts";

/**
 * An audit log in a file of JSON Lines that only its owner can read. Lines are appended whole, so that several
 * processes may share it, and the file is opened anew for each batch, so that it may be moved away at any time.
 */
export function auditFile(path: string): Audit {
  let waiting: string[] = [];
  let batch: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    batch = undefined;
    await appendFile(path, lines.join(""), { mode: 0o600 });
  };
  return (event) => {
    waiting.push(toAuditLine(event));
    // While one batch is written the next one gathers; a failed one concerns its own events only.
    batch ??= last = last.catch(() => {}).then(write);
    return batch;
  };
}
