export { type HooksOptions, openHooks } from "../hooks/open-hooks.ts";
export { openAuthorization } from "../oauth/open-authorization.ts";
export { auditFile } from "./audit-file.ts";
export { keysPath, openKeyStore } from "./key-file.ts";
export { type RunningServer, type ServeOptions, serve } from "./serve.ts";
