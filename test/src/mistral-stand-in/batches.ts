import { ApiError, errorBody } from "./api-error.ts";
import { anything, demand, list, literal, number, object, orNull, record, text } from "./body-shape.ts";
import type { BatchReply } from "./reply.ts";

interface BatchBody {
  endpoint: string;
  model?: string | null;
  metadata?: Record<string, string> | null;
  requests: { custom_id?: string | null; body: Record<string, unknown> }[];
}

interface Job {
  id: string;
  body: BatchBody;
  reply: BatchReply;
  asked: number;
  outputs?: Record<string, unknown>[];
}

const most = 10_000;
const batchBody = object(
  { endpoint: literal("/v1/chat/completions"), timeout_hours: number(1, 168, true) },
  {
    requests: list(object({ body: record }, { custom_id: orNull(text) })),
    input_files: orNull(list(text)),
    model: orNull(text),
    agent_id: orNull(text),
    metadata: orNull(anything),
  },
);

/** Batch jobs over chat, and the files with what came of them: a job runs when it is asked for once, and is done after that. */
export class Batches {
  readonly #jobs = new Map<string, Job>();

  /** @param reply - What becomes of the job. */
  create(given: unknown, reply: BatchReply): Record<string, unknown> {
    demand(batchBody, given);
    const body = given as BatchBody;
    if (!Array.isArray(body.requests) || body.requests.length === 0 || body.requests.length >= most)
      throw new ApiError(400, errorBody(`requests: 1 to ${most - 1}`, "invalid_request_error", null));
    const job: Job = { id: crypto.randomUUID(), body, reply, asked: 0 };
    this.#jobs.set(job.id, job);
    return described(job);
  }

  /** @param run - Answers one request, as an output has it. */
  async get(
    id: string,
    inline: boolean,
    run: (body: Record<string, unknown>) => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new ApiError(404, errorBody("There is no such job", "not_found", null));
    job.asked += 1;
    if (job.asked > 1 && job.outputs === undefined && (job.reply.status ?? "SUCCESS") === "SUCCESS") {
      const outputs: Record<string, unknown>[] = [];
      for (const { custom_id, body } of job.body.requests)
        outputs.push({
          id: crypto.randomUUID(),
          custom_id,
          ...(await run({ model: job.body.model, ...body })),
        });
      // In no order that could be relied on.
      job.outputs = outputs.reverse();
    }
    return described(job, inline && job.reply.inline !== false);
  }

  /** What a file has in it. */
  file(id: string): string {
    const job = this.#jobs.get(id.replace(/^file-/, ""));
    if (job?.outputs === undefined)
      throw new ApiError(404, errorBody("There is no such file", "not_found", null));
    return job.outputs.map((output) => `${JSON.stringify(output)}\n`).join("");
  }

  clear(): void {
    this.#jobs.clear();
  }
}

function described({ id, body, reply, asked, outputs }: Job, inline = false): Record<string, unknown> {
  const status = asked === 0 ? "QUEUED" : asked === 1 ? "RUNNING" : (reply.status ?? "SUCCESS");
  const done = outputs?.length ?? 0;
  return {
    ...{ id, object: "batch", input_files: [], endpoint: body.endpoint, model: body.model ?? null, status },
    ...{
      metadata: body.metadata ?? null,
      errors: [],
      created_at: 1_790_000_000,
      agent_id: null,
      error_file: null,
    },
    ...{ total_requests: body.requests.length, completed_requests: done, succeeded_requests: done },
    failed_requests: 0,
    output_file: outputs === undefined ? null : `file-${id}`,
    ...(inline && outputs !== undefined ? { outputs } : {}),
  };
}
