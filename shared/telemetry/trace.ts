/** A span of a trace. A trace begins with a tick, and contains everything that the tick causes. */
export type Trace = {
  readonly traceId: string;
  /** The ID of one delivery of one message. */
  readonly spanId: string;
  readonly isSampled: boolean;
};

/** The message attribute in which Pub/Sub's own clients send a `traceparent`. */
export const TRACE_ATTRIBUTE = 'googclient_traceparent';

/** Version 00, the only version. An ID is never all zeros. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/**
 * Continues the first well-formed trace with a new span, or begins a new trace. Anyone may send a message or a header, so any other text
 * is ignored.
 *
 * @param newId random lower-case hex of that many bytes
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceFrom(candidates: readonly unknown[], newId: (bytes: number) => string): Trace {
  for (const traceparent of candidates) {
    const [, traceId, , flags = '0'] = TRACEPARENT.exec(String(traceparent)) ?? [];
    if (traceId !== undefined) {
      const isSampled = (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
      return { traceId, spanId: newId(8), isSampled };
    }
  }
  return { traceId: newId(16), spanId: newId(8), isSampled: false };
}

export const traceparentOf = ({ traceId, spanId, isSampled }: Trace): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
