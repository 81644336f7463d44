import { createMemory } from "@souvenir/core";
import { memorySuite } from "@souvenir/test/memory-suite";
import { connectMemory } from "../src/client/index.ts";
import { createApp } from "../src/http/app.ts";
import { serve } from "../src/node/index.ts";

const inMemory = () => createMemory({ path: ":memory:" });

memorySuite("createMemory", async () => ({ memory: await inMemory() }));

memorySuite("connectMemory over HTTP", async () => {
  const local = await inMemory();
  const server = await serve({ memory: local, port: 0 });
  return {
    memory: connectMemory({ url: server.url }),
    async remove() {
      await server.close();
      await local.close();
    },
  };
});

memorySuite("connectMemory to an app in this process, below a path", async () => {
  const local = await inMemory();
  const app = createApp(local, { open: true });
  return {
    memory: connectMemory({
      url: "http://localhost/souvenir/",
      fetch: (url, init) => app.fetch(new Request(url.replace("/souvenir", ""), init)),
    }),
    remove: () => local.close(),
  };
});
