import type { CreatedHook, HookRequest, HookTestResponse, WireHook } from "../api/wire.ts";

/** Web hooks, as whoever manages them has them: `openHooks` of `@souvenir/server/node`. */
export interface Hooks {
  /** @param createdBy - Id of a key. @throws SouvenirError `INVALID_INPUT` */
  create(request: HookRequest, createdBy?: string): Promise<CreatedHook>;
  /** All hooks, without their secrets. */
  list(): Promise<WireHook[]>;
  /** False when there is none. */
  remove(id: string): Promise<boolean>;
  /** A new secret; the one before signs beside it for a day. `undefined` when there is no such hook. */
  rotate(id: string): Promise<CreatedHook | undefined>;
  /** Sends a delivery that tells nothing. One that is taken has a hook that failed or was given up go on at once. */
  test(id: string): Promise<HookTestResponse | undefined>;
  /** Says that a namespace was written to, so that it is told without being looked for. */
  changed(namespace: string): void;
}
