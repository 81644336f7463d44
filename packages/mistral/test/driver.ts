import { plainClientDriver } from "@souvenir/test/adapter-specs/plain-client";
import type { AdapterDriver } from "@souvenir/test/adapter-suite";
import { memoryTools, type WithMemoryOptions, withMemory } from "../src/index.ts";

export const mistralDriver: AdapterDriver = plainClientDriver(
  (plain, options) => {
    const { chat, souvenir } = withMemory(plain, options as unknown as WithMemoryOptions);
    return {
      chat: {
        // What a run says of itself stands in the metadata of its request.
        complete: (request, { values, ...call }) =>
          chat.complete({ ...request, ...(values && { metadata: values }) }, call as object),
        stream: (request, { values, ...call }) =>
          chat.stream({ ...request, ...(values && { metadata: values }) }, call as object),
      },
      flush: (given) => souvenir.flush(given),
    };
  },
  (memory, { namespace, thread }) => {
    const { tools, run } = memoryTools({
      memory,
      namespace: String(namespace),
      thread: String(thread),
    });
    return tools.map(({ function: { name, description = "", parameters } }) => ({
      name,
      description,
      parameters,
      async run(input) {
        const [message] = await run([{ id: "abcDEF123", function: { name, arguments: input } }]);
        return message?.content ?? "";
      },
    }));
  },
);
