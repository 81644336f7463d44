import type { ModerationAction, Moderator } from "./moderator.ts";
import type { SensitiveKind } from "./sensitive.ts";

/**
 * What is done with what should not be kept. `off`: nothing is looked for. `warn`: it is kept, counted and told to the logger.
 * `redact`: `[redacted: card]` stands in its place. `block`: the call rejects with `CONTENT_BLOCKED` and writes nothing.
 */
export type SafetyAction = "off" | "warn" | "redact" | "block";

/** What is looked for in what is written, and what is done with it. All default to `off`. */
export interface SafetyRules {
  /** Keys of providers and clouds, tokens, passwords that are named as such, private keys. */
  secrets?: SafetyAction;
  /** Numbers of payment cards and bank accounts (IBAN). */
  cards?: SafetyAction;
  /** IBANs, French NIR and SIRET, German tax ids, telephone numbers, e-mail addresses. */
  personal?: SafetyAction;
  /** What the `moderator` flags, a while after the write. Default `warn` where there is one. */
  moderation?: ModerationAction;
}

/** `safety` of `createMemory`. */
export interface SafetyOptions extends SafetyRules {
  /** A model that judges what is kept. Default: none, and nothing is sent anywhere. */
  moderator?: Moderator;
  /** Other rules for some namespaces, by name, or by how their names begin: `{ "clinic/*": { personal: "block" } }`. */
  byNamespace?: Readonly<Record<string, SafetyRules>>;
}

/** How often something was found since the memory was opened, by kind; never what. */
export type SafetyCounts = Partial<Record<SensitiveKind, number>>;
/** What became of what was found. */
export interface SafetyStats {
  warned: SafetyCounts;
  redacted: SafetyCounts;
  blocked: SafetyCounts;
  /** Memories that the moderator flagged, by category. Absent without one. */
  flagged?: Record<string, number>;
}
