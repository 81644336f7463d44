/**
 * A write, a deletion, an export or a change of keys that was done, or an attempt that was refused; a key that is none.
 * Without contents and without secrets.
 */
export interface AuditEvent {
  /** ISO 8601. */
  at: string;
  request: string;
  /** Id of the key; `null` where no key is configured. */
  key: string | null;
  /**
   * Id of the operation in the table, for example `memorySet`; `authenticate` for a key that is unknown or not valid any more,
   * `authorize` for one that was lent with OAuth.
   */
  operation: string;
  /** `begun` only where nothing is done that is not in the log: what follows in a line of its own may have failed. */
  outcome: "begun" | "done" | "refused";
  namespace?: string;
  /** Key of the memory, or id of the key that was created or revoked, where it is one. */
  subject?: string | undefined;
  /** Memories that were written or deleted. */
  count?: number;
}

/** Where it is written down who changed what. */
export type Audit = (event: AuditEvent) => void | Promise<void>;

/**
 * One line of JSON. Names come from outside, so every character that could end the line, move a terminal's cursor or
 * turn the direction of text is escaped.
 */
export function toAuditLine(event: AuditEvent): string {
  const json = JSON.stringify(event).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${json}\n`;
}
