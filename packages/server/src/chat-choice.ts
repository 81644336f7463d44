import { SouvenirError } from "@souvenir/core";
import type { ChatModel } from "@souvenir/mistral";
import { mistralConnection, modelIn } from "./mistral-connection.ts";

/**
 * What answers in the playground, by its name on a command line: `mistral` or `mistral:MODEL`; `none` for nothing.
 * @throws SouvenirError `INVALID_INPUT` for anything else, and without a key: nobody is to find that out by asking.
 */
export async function makeChat(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ChatModel | undefined> {
  if (name === "none") return undefined;
  const model = modelIn(name, "answers");
  const connection = mistralConnection(environment);
  if (connection.apiKey === undefined)
    throw new SouvenirError(
      "INVALID_INPUT",
      "a model of Mistral needs a key, and there is none: set MISTRAL_API_KEY; a key comes from https://console.mistral.ai/api-keys",
    );
  // Loaded here, because most commands need none.
  const { mistralChat } = await import("@souvenir/mistral");
  return mistralChat({ ...connection, ...(model === undefined ? {} : { model }) });
}
