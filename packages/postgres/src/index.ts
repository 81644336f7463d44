export {
  type PostgresClient,
  type PostgresPool,
  type PostgresStatement,
  postgresPool,
  type Statements as PostgresTransaction,
} from "./database.ts";
export type { PostgresPlace } from "./place.ts";
export { type PostgresStoreOptions, postgresStore } from "./postgres-store.ts";
export { type PostgresMemoryReport, type PostgresReport, postgresReport } from "./report.ts";
export type { SnapshotObjects } from "./snapshots.ts";
export { postgresRows, postgresRowsTarget } from "./store-rows.ts";
export {
  type PostgresTables,
  type PostgresTablesOptions,
  postgresExists,
  postgresTables,
} from "./tables.ts";
