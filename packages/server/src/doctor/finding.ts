/** What is looked at, in the order in which it is told. */
export type Check =
  | "node"
  | "environment"
  | "database"
  | "durability"
  | "clock"
  | "pooler"
  | "notify"
  | "isolation"
  | "file"
  | "permissions"
  | "backup"
  | "disk"
  | "filesystem"
  | "lock"
  | "schema"
  | "encryption"
  | "integrity"
  | "records"
  | "erasures"
  | "snapshot"
  | "embedder"
  | "queue"
  | "keys"
  | "server";

export interface Finding {
  check: Check;
  /** `fault`: something does not work, or data is in danger. `warning`: it works, and should be looked at. */
  status: "ok" | "warning" | "fault";
  /** What was found, never with the text of a memory. */
  message: string;
  /** What to do about it. Absent when all is well. */
  remedy?: string;
}

export const ok = (check: Check, message: string): Finding => ({ check, status: "ok", message });
export const warning = (check: Check, message: string, remedy: string): Finding => ({
  check,
  status: "warning",
  message,
  remedy,
});
export const fault = (check: Check, message: string, remedy: string): Finding => ({
  check,
  status: "fault",
  message,
  remedy,
});

/** Messages of core are "what is wrong: what to do". @param otherwise - What to do where a message does not say. */
export function split(message: string, otherwise = "restore the file from a backup"): [string, string] {
  const at = message.lastIndexOf(": ");
  return at < 0 ? [message, otherwise] : [message.slice(0, at), message.slice(at + 2)];
}
