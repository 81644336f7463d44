import type { Mistral } from "@mistralai/mistralai";
import { type FactAnswer, type FactModel, SouvenirError, textOf } from "@souvenir/core";
import { callMistral } from "./failure.ts";

/** The same for all conversations and users: it names the prompt's beginning, which has nothing of theirs. */
export const promptCacheKey = "souvenir-facts-1";

const timeoutHours = 24;
/** A job that is in one of these states goes on. */
const underWay: readonly string[] = ["QUEUED", "RUNNING", "CANCELLATION_REQUESTED"];

/** Questions as requests of a batch job of Mistral's, and its results, inline or in files. */
export function batchJobs({
  model,
  client,
  timeoutMs,
}: {
  model: string;
  client: (signal: AbortSignal) => Promise<Pick<Mistral, "chat"> & Partial<Pick<Mistral, "batch" | "files">>>;
  timeoutMs: number;
}): NonNullable<FactModel["later"]> {
  const call = <Answer>(
    signal: AbortSignal,
    run: (parts: Pick<Mistral, "batch" | "files">, options: { signal: AbortSignal }) => Promise<Answer>,
  ) =>
    callMistral(
      async (options) => {
        const { batch, files } = await client(options.signal);
        if (batch === undefined || files === undefined)
          throw new SouvenirError(
            "INVALID_INPUT",
            "mistralFacts(): client: expected one with batch and files, such as new Mistral(); leave batch out otherwise",
            { details: { misconfigured: true } },
          );
        return run({ batch, files }, options);
      },
      { retries: 0, timeoutMs, signal, code: "EXTRACTOR_FAILED", model },
    );
  return {
    async submit(questions, signal) {
      const requests = questions.map(({ instructions, prompt, schema, maxAnswerTokens }, place) => ({
        customId: `${place}`,
        // As on the wire: the client passes it on as it is.
        body: {
          temperature: 0,
          max_tokens: maxAnswerTokens,
          prompt_cache_key: promptCacheKey,
          messages: [
            { role: "system", content: instructions },
            { role: "user", content: prompt },
          ],
          response_format: { type: "json_schema", json_schema: { name: "facts", strict: true, schema } },
        },
      }));
      const job = { model, endpoint: "/v1/chat/completions" as const, requests, timeoutHours };
      return (await call(signal, ({ batch }, options) => batch.jobs.create(job, options))).id;
    },
    async collect(jobId, signal) {
      const job = await call(signal, ({ batch }, options) =>
        batch.jobs.get({ jobId, inline: true }, options).catch((error: unknown) => {
          if (Object(error).statusCode === 404) return undefined;
          throw error;
        }),
      );
      if (job === undefined) return [];
      if (underWay.includes(job.status)) return undefined;
      const answers: (FactAnswer | undefined)[] = Array.from({ length: job.totalRequests });
      const inline = job.outputs ?? [];
      const outputs =
        inline.length > 0 || !job.outputFile
          ? inline
          : await call(signal, async ({ files }, options) =>
              linesIn(await files.download({ fileId: job.outputFile as string }, options)),
            );
      for (const output of outputs) {
        const place = Number(output.custom_id);
        if (Number.isInteger(place) && place >= 0 && place < answers.length)
          answers[place] = answerIn(output);
      }
      return answers;
    },
  };
}

/** JSON Lines, without a line that is none. */
async function linesIn(stream: ReadableStream<Uint8Array>): Promise<Record<string, unknown>[]> {
  const text = await new Response(stream).text();
  return text.split("\n").flatMap((line) => {
    try {
      return line.trim() === "" ? [] : [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

/** What came of one request; `undefined` for a failure. Nothing of it was checked by the client. */
function answerIn({ response }: Record<string, unknown>): FactAnswer | undefined {
  const { status_code: status, body } = Object(response) as { status_code?: unknown; body?: unknown };
  const { choices, usage } = Object(body) as { choices?: unknown; usage?: unknown };
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (status !== 200 || choice === undefined) return undefined;
  const { message, finish_reason: reason } = Object(choice) as { message?: unknown; finish_reason?: unknown };
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = Object(usage) as Record<
    string,
    unknown
  >;
  return {
    answer: textOf(Object(message).content),
    ...{ inputTokens, outputTokens, truncated: reason === "length" },
  };
}
