import type { Moderator } from "@souvenir/core";
import { mistralConnection } from "./mistral-connection.ts";

/** What judges the memories of a command line: Mistral's moderation, as the environment says how to reach it. */
export async function makeModerator(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Moderator> {
  // Loaded here, because most commands need none.
  const { mistralModerator } = await import("@souvenir/mistral");
  return mistralModerator(mistralConnection(environment));
}
