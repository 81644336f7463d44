import type { SouvenirErrorCode } from "@souvenir/core";
import { callProvider, type Failure, type RetryOptions } from "@souvenir/core/provider";

/** The codes for more tokens than a request, or a text of it, may have, and for a model that does not exist. */
const tooManyTokens = "3210";
const unknownModel = "1500";

/** Whether the text is at fault, so that the same text will be refused again, and not the request around it. */
export function isAboutText({ status, type, tooLong }: Failure): boolean {
  return tooLong === true || ((status === 400 || status === 422) && type === "invalid_request_prompt");
}

/** Calls Mistral with core's retries and not the client's own; see `callProvider`. */
export function callMistral<Answer>(
  call: (options: { signal: AbortSignal; retries: { strategy: "none" } }) => Promise<Answer>,
  options: RetryOptions & {
    signal?: AbortSignal | undefined;
    code: SouvenirErrorCode;
    model: string;
    details?: (failure: Failure) => Record<string, unknown>;
  },
): Promise<Answer> {
  const { code, model } = options;
  const provider = {
    code,
    model,
    name: `Mistral model "${model}"`,
    checkKey: "check the API key (MISTRAL_API_KEY) and what it may use",
    checkAddress: "check serverURL (without /v1) and the name of the model",
    unknownModel: [unknownModel],
    tooLong: [tooManyTokens],
  };
  return callProvider(provider, (signal) => call({ signal, retries: { strategy: "none" } }), options);
}
