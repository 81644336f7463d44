export {
  type ImportOptions,
  type ImportReport,
  importAll,
  type RefusedEntry,
} from "./import-all.ts";
export type { ImportSource } from "./unpacked.ts";
