import { type Attributes, type Span, SpanStatusCode, trace } from "@opentelemetry/api";

/**
 * Does some work within a span of OpenTelemetry, of which nothing is made where no SDK is set up. Attributes are counts
 * and names of signals: never what was said, nor whose memory it is.
 */
export function inSpan<Result>(
  name: "souvenir.recall" | "souvenir.store" | "souvenir.embed",
  work: (span: Span) => Promise<Result>,
  attributes: Attributes = {},
): Promise<Result> {
  return trace.getTracer("souvenir").startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const { code, name: kind } = Object(error) as { code?: unknown; name?: unknown };
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(code ?? kind) });
      throw error;
    } finally {
      span.end();
    }
  });
}
