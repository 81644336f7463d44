import type { KeyStore } from "../keys/key-store.ts";

/**
 * Opens the keys of a store: a SQLite file of its own beside it (`<store>.keys`, readable by its owner only), so that
 * keys are never in a memory, an export or a backup of memories. `":memory:"` keeps them in this process.
 */
export declare function openKeyStore(options: { path: string; clock?: () => number }): KeyStore;
