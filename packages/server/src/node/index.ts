export { openKeyStore } from "./key-store.ts";
export { type RunningServer, type ServeOptions, serve } from "./serve.ts";
