import type { Memory } from "@souvenir/core";
import type { AppOptions } from "../http/app.ts";
import type { KeyStore } from "../keys/key-store.ts";

export interface ServeOptions extends Omit<AppOptions, "keys"> {
  memory: Memory;
  /** Default `127.0.0.1`. Anything but the loopback needs a key. */
  host?: string;
  /** Default 7077; 0 takes a free one. */
  port?: number;
  /** From `openKeyStore()`. Without it the server answers the loopback only. */
  keys?: KeyStore;
}

export interface RunningServer {
  /** `http://127.0.0.1:7077` */
  readonly url: string;
  /** Stops accepting, finishes the requests that are under way, then resolves. The memory stays open. */
  close(): Promise<void>;
}

/**
 * Serves a memory over HTTP.
 * @throws SouvenirError `INVALID_INPUT` when the host is not the loopback and no key was created.
 */
export declare function serve(options: ServeOptions): Promise<RunningServer>;
