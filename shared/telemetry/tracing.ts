import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Envelope, Topics } from '../cloud/topics.ts';
import { TRACE_ATTRIBUTE, type Trace, traceFrom, traceparentOf } from './trace.ts';

const traces = new AsyncLocalStorage<Trace>();
const newId = (bytes: number) => randomBytes(bytes).toString('hex');

/** The trace of the current request or message, if there is one. */
export const currentTrace = (): Trace | undefined => traces.getStore();

/** Runs `handle` in a trace. @param candidates texts of which the first well-formed traceparent counts */
export const inTrace = <T>(candidates: readonly unknown[], handle: () => T): T =>
  traces.run(traceFrom(candidates, newId), handle);

/** Topics that add the current trace to each message. */
export const tracedTopics = (topics: Topics): Topics => ({
  publish: (topic, envelopes, signal) => topics.publish(topic, envelopes.map(traced), signal),
  publishOnce: (topic, envelope, signal) => topics.publishOnce(topic, traced(envelope), signal),
});

function traced({ message, attributes }: Envelope): Envelope {
  const trace = currentTrace();
  const carried = trace && { [TRACE_ATTRIBUTE]: traceparentOf(trace) };
  return { message, attributes: { ...attributes, ...carried } };
}
