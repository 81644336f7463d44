import type { Memory } from "@souvenir/core";
import type { KeyStore } from "../keys/key-store.ts";

export interface AppOptions {
  keys?: KeyStore;
}

/** The whole server as `Request -> Response`, for every runtime that has `fetch`. */
export declare function createApp(
  memory: Memory,
  options?: AppOptions,
): { fetch(request: Request): Promise<Response> };
