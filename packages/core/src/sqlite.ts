/**
 * For adapters that keep tables of their own in the file of a memory, with its durability and its erasure. Only on Node.
 */
export { SqliteConnection, type SqliteConnectionOptions } from "./store/sqlite-connection.ts";
export type { ExtraTables } from "./store/sqlite-schema.ts";
