export type { PostgresClient, PostgresPool, PostgresStatement } from "./database.ts";
export { type PostgresStoreOptions, postgresStore } from "./postgres-store.ts";
