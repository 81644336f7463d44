/** An error answer of the API. `body` is what goes on the wire. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The documented shape of an error body. */
export function errorBody(message: unknown, type: string, code: string | null): Record<string, unknown> {
  return { object: "error", message, type, param: null, code };
}

export function badRequest(message: string, type: string, code: string | null): ApiError {
  return new ApiError(400, { ...errorBody(message, type, code), raw_status_code: 400 });
}

/** One complaint about a body: where, what, and (as the real API does) the input itself. */
export interface Complaint {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
}

export function unprocessable(detail: Complaint[]): ApiError {
  return new ApiError(422, errorBody({ detail }, "invalid_request_error", null));
}
