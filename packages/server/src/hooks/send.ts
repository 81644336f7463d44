import { type LookupAddress, lookup } from "node:dns";
import { type ClientRequest, type RequestOptions, request as requestPlainly } from "node:http";
import { request as requestWithTls } from "node:https";
import type { LookupFunction } from "node:net";
import { checkReceiver, mayReach, type Reach } from "./addresses.ts";

/** What a receiver said, or why it said nothing: never words of its own. */
export interface Sent {
  readonly status?: number;
  readonly error?: string;
  /** As it came. */
  readonly retryAfter?: string;
}

export interface Sending {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowLoopback: boolean;
  /** Milliseconds for all of it. */
  timeoutMs: number;
  /** Gives it up. */
  signal: AbortSignal;
}

const notPublic = "the host has an address of a private network or of this machine";

/**
 * Posts a body once. Nothing is followed, nothing of the answer is read but its status, and it goes to no address that is not
 * allowed, whatever the name of the host stands for in that moment. Never throws.
 */
export async function send({ url, headers, body, allowLoopback, timeoutMs, signal }: Sending): Promise<Sent> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const receiver = checkReceiver(url, allowLoopback);
    const tls = receiver.protocol === "https:";
    return await new Promise<Sent>((resolve, reject) => {
      const options: RequestOptions = {
        method: "POST",
        headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
        // A connection of its own, that no proxy of the environment is asked for.
        agent: false,
        lookup: lookupWithin({ allowLoopback, tls }),
        signal: AbortSignal.any([late, signal]),
      };
      const request: ClientRequest = (tls ? requestWithTls : requestPlainly)(
        receiver,
        options,
        (response) => {
          const { statusCode = 0, headers: answered } = response;
          const retryAfter = answered["retry-after"];
          resolve({ status: statusCode, ...(retryAfter === undefined ? {} : { retryAfter }) });
          response.destroy();
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (late.aborted) return { error: `no answer within ${timeoutMs} ms` };
    return { error: message === notPublic ? notPublic : (code ?? "the request failed") };
  }
}

/** Names as the system knows them, when all of their addresses may be reached; the connection goes to these. */
function lookupWithin(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, "");
      if (!addresses.every(({ address }) => mayReach(address, reach)))
        return callback(new Error(notPublic), "");
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      callback(null, first?.address ?? "", first?.family);
    });
  };
}
