import { createMemory, type Memory, type MemoryOptions } from "@souvenir/core";
import type { KeyStore } from "../../src/keys/key-store.ts";
import { openKeyStore, type ServeOptions, serve } from "../../src/node/index.ts";

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly memory: Memory;
  readonly keys: KeyStore;
}

/** A server over a memory of its own, on a free port of this machine. */
export async function startServer(
  options: MemoryOptions = {},
  served: Partial<ServeOptions> = {},
): Promise<TestServer> {
  const memory = await createMemory({ path: ":memory:", ...options });
  const keys = openKeyStore({ path: ":memory:" });
  const { clock } = options;
  const server = await serve({ memory, keys, port: 0, ...(clock ? { clock } : {}), ...served });
  return {
    url: server.url,
    memory,
    keys,
    async [Symbol.asyncDispose]() {
      await server.close();
      keys.close();
      await memory.close();
    },
  };
}
