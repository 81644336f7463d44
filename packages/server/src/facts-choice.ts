import type { FactOptions } from "@souvenir/core";
import { mistralConnection, modelIn } from "./mistral-connection.ts";

/**
 * What finds facts, by its name on a command line: `mistral` or `mistral:MODEL`; `none` for nothing. `MISTRAL_BASE_URL` in
 * the environment stands for Mistral's address.
 * @throws SouvenirError `INVALID_INPUT` for anything else.
 */
export async function makeFacts(
  name: string,
  { tokensPerDay, batch }: { tokensPerDay: number | undefined; batch: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FactOptions | undefined> {
  if (name === "none") return undefined;
  const model = modelIn(name, "finds facts");
  // Loaded here, because the client takes a while and most commands need none.
  const { mistralFacts } = await import("@souvenir/mistral");
  const extractor = mistralFacts({
    batch,
    ...(model === undefined ? {} : { model }),
    ...mistralConnection(environment),
  });
  return { extractor, ...(tokensPerDay === undefined ? {} : { tokensPerDay }) };
}
