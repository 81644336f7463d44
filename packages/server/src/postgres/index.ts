export { sharedAudit } from "./shared-audit.ts";
export { openSharedKeys } from "./shared-keys.ts";
