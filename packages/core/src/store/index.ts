/**
 * `@souvenir/core/store`: for packages that keep the records elsewhere. What every `Store` decides alike, whatever it keeps
 * them in: versions, what is drawn from what, the turn before, and the texts that a database can hold.
 */
export { closedError } from "./closed-error.ts";
export { embedTask, reembedTask } from "./embed-task.ts";
export { contextChanges, isWithdrawn, readsPrevious, type TurnPlace } from "./embedder-context.ts";
export { isSummary, runsThread, withoutSource } from "./fact-mark.ts";
export { joined } from "./joined.ts";
export { fieldsText, type PlainRow, storedRecord } from "./record-rows.ts";
export { checkHistory, isOver, keepsExisting, lastExpiry, newest, nextVersion } from "./record-versions.ts";
export {
  beginReembedding,
  cancelReembedding,
  finishReembedding,
  type MoveOptions,
  neededEmbeddings,
} from "./reembedding.ts";
export { rememberedErasures } from "./remembered-erasures.ts";
export { readRow, storedText } from "./sqlite-text.ts";
export { pinned, supersededBy, withoutSuperseded } from "./standing.ts";
export {
  type Cell,
  type Derived,
  firstPlace,
  type PagedTable,
  pagedTables,
  type Row,
  type RowPlace,
  type RowsReader,
  type RowsWriter,
  type RowTable,
  readRows,
  readSmallRows,
  replaceRows,
  replaceSmallRows,
  rowText,
  type SmallTable,
  type StoreRows,
  type StoreRowsTarget,
  type WholeRow,
} from "./store-rows.ts";
export {
  checkInPlace,
  checkSource,
  checkThreadUnchanged,
  checkVersion,
  queueConflict,
} from "./version-conflict.ts";
