/**
 * How Mistral is reached: by `MISTRAL_API_KEY`, at `MISTRAL_BASE_URL` (with or without `/v1`) in the place of Mistral's own
 * address. Where there is no key, it is asked for at the first call.
 */
export function mistralConnection({
  MISTRAL_API_KEY: apiKey,
  MISTRAL_BASE_URL: address,
}: Readonly<Record<string, string | undefined>>): { apiKey?: () => Promise<string>; serverURL?: string } {
  const serverURL = address?.replace(/\/+$/, "").replace(/\/v1$/, "");
  return {
    ...(serverURL === undefined ? {} : { serverURL }),
    ...(apiKey === undefined || apiKey === "" ? {} : { apiKey: async () => apiKey }),
  };
}
