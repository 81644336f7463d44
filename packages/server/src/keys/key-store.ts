import type { CreatedKey, KeyRequest, WireKey } from "../api/wire.ts";
import type { HookStore } from "../hooks/hook-store.ts";
import type { RateLimits } from "../http/rate-limit.ts";
import type { Awaitable } from "./awaitable.ts";
import type { TokenStore } from "./token-store.ts";
import type { VerifiedKey } from "./verified-key.ts";

/**
 * Bearer keys, where an answer may take its time. An implementation keeps hashes only, and sees at once what another process
 * revoked.
 */
export interface AsyncKeyStore {
  /** False as long as no key was ever created. A revoked key counts. */
  any(): Awaitable<boolean>;
  /**
   * @param key - One that was made elsewhere; where there is one of its id, nothing changes.
   * @throws SouvenirError `INVALID_INPUT`
   */
  create(request: KeyRequest, key?: string): Awaitable<CreatedKey>;
  /** All keys, without their secrets. */
  list(): Awaitable<WireKey[]>;
  /** Revokes a key from now on, in every process; harmless for one that is. `undefined` when there is no such key. */
  revoke(id: string): Awaitable<WireKey | undefined>;
  /** The key that a bearer token names: `undefined` when it is unknown, wrong, expired or revoked. */
  verify(token: string): Awaitable<VerifiedKey | undefined>;
  /**
   * Counts a request and what it writes against the key's quota of the day. False, and counts nothing, when that would
   * go over it.
   */
  spend(key: VerifiedKey, amount: { requests: number; writes: number }): Awaitable<boolean>;
  /** What stands for a key that was lent to a program with OAuth. */
  readonly tokens: TokenStore;
  /** Web hooks. That the key that made one is revoked does not end it. */
  readonly hooks: HookStore;
  /** Where requests a minute are counted for all servers that share the keys. Default: each server counts its own. */
  readonly limits?: RateLimits;
  /** Ends the store. */
  close(): Awaitable<void>;
}

/** Keys in a file of this machine, which answers at once. */
export interface KeyStore extends AsyncKeyStore {
  any(): boolean;
  create(request: KeyRequest, key?: string): CreatedKey;
  list(): WireKey[];
  revoke(id: string): WireKey | undefined;
  verify(token: string): VerifiedKey | undefined;
  spend(key: VerifiedKey, amount: { requests: number; writes: number }): boolean;
  close(): void;
}
