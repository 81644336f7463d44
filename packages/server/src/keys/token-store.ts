import type { Awaitable } from "./awaitable.ts";
import type { VerifiedKey } from "./verified-key.ts";

/** `code` becomes `access` and `refresh` once, and `refresh` the next two of them once. */
export type TokenKind = "code" | "access" | "refresh";

/** For what a key was lent to a program. */
export interface Loan {
  /** Id of the key. */
  readonly key: string;
  /** All that came of one consent has the same. */
  readonly consent: string;
  readonly client: string;
  /** Address of the MCP endpoint that it is for. */
  readonly resource: string;
  /** Of a code: where it was sent, and the S256 challenge that whoever brings it has to meet. */
  readonly redirectUri?: string | undefined;
  readonly challenge?: string | undefined;
}

/** What OAuth gives out in the place of a key. An implementation keeps hashes only; none outlives its key. */
export interface TokenStore {
  /** @param lifetimeMs - Milliseconds until it ends. */
  keep(kind: TokenKind, token: string, loan: Loan, lifetimeMs: number): Awaitable<void>;
  /**
   * `undefined` when it is unknown, over or used, or its key is expired or revoked. One that was used comes from somebody who
   * copied it or was copied from: all of its consent is over then.
   */
  find(kind: TokenKind, token: string): Awaitable<{ loan: Loan; key: VerifiedKey } | undefined>;
  /** False when it was used before. */
  use(kind: TokenKind, token: string): Awaitable<boolean>;
  /** Ends all of the consent that a token of any kind came from; harmless for one that is unknown. */
  revoke(token: string): Awaitable<void>;
}
