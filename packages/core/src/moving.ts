/** For what copies a whole store from one kind to another, row by row. Only on Node, with SQLite. */
export { sqliteRows, sqliteRowsTarget } from "./store/sqlite-store-rows.ts";
