/** An answer with a status that is an error, in the form that `readFailure` reads. */
class HttpError extends Error {
  readonly statusCode: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(statusCode: number, headers: Headers, body: string) {
    super(`status ${statusCode}`);
    this.name = "HttpError";
    this.statusCode = statusCode;
    this.headers = headers;
    this.body = body;
  }
}

/** As much of an error's body as is looked at. */
const mostOfError = 16_384;

/** Posts JSON and reads the answer, which may be anything. @throws what `readFailure` reads. */
export async function postJson(
  url: string,
  body: unknown,
  { headers, signal }: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new HttpError(response.status, response.headers, text.slice(0, mostOfError));
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(response.status, response.headers, "");
  }
}
