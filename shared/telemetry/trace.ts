/** A place in a trace. The trace begins with a tick, and what the tick led to is of it. */
export type Trace = {
  readonly traceId: string;
  /** Of one delivery of one message. */
  readonly spanId: string;
  readonly isSampled: boolean;
};

/** The attribute of a message that Pub/Sub's own clients carry a `traceparent` in. */
export const TRACE_ATTRIBUTE = 'googclient_traceparent';

/** Version 00, the only one there is. No ID is all zeros. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/**
 * Goes on with the first trace that is told well, as a span of its own, or begins one. What is told by a message or a header is anybody's:
 * anything but a traceparent is as good as none.
 *
 * @param newId random lower-case hex of that many bytes
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceFrom(told: readonly unknown[], newId: (bytes: number) => string): Trace {
  for (const traceparent of told) {
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
