import { standInHeader, startMistralStandIn } from "./stand-in.ts";

/** Where to find Mistral, or what stands in for it. */
export interface MistralEndpoint {
  /** Origin without `/v1`. */
  serverURL: string;
  apiKey: string;
  /** Say so to whoever reads an answer. */
  isStandIn: boolean;
  /** Stops the stand-in that this call started, if it did. */
  close(): Promise<void>;
}

/**
 * The one switch of all examples and end-to-end tests. `MISTRAL_BASE_URL` names a server (a running stand-in or a
 * proxy); with `MISTRAL_API_KEY` alone it is the real API; with neither a stand-in is started in this process.
 */
export async function mistralEndpoint(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<MistralEndpoint> {
  const { MISTRAL_BASE_URL: baseURL, MISTRAL_API_KEY: apiKey } = environment;
  const nothingToClose = async (): Promise<void> => {};
  if (baseURL) {
    const serverURL = baseURL.replace(/\/+$/, "").replace(/\/v1$/, "");
    const isStandIn = await isStandInAt(serverURL);
    return { serverURL, apiKey: apiKey ?? "stand-in", isStandIn, close: nothingToClose };
  }
  if (apiKey) return { serverURL: "https://api.mistral.ai", apiKey, isStandIn: false, close: nothingToClose };
  const standIn = await startMistralStandIn();
  return { serverURL: standIn.url, apiKey: "stand-in", isStandIn: true, close: () => standIn.close() };
}

async function isStandInAt(serverURL: string): Promise<boolean> {
  try {
    const response = await fetch(`${serverURL}/v1/models`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.headers.has(standInHeader);
  } catch {
    return false;
  }
}
