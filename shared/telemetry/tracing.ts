import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Topics } from '../cloud/topics.ts';
import { TRACE_ATTRIBUTE, type Trace, traceFrom, traceparentOf } from './trace.ts';

const traces = new AsyncLocalStorage<Trace>();
const newId = (bytes: number) => randomBytes(bytes).toString('hex');

/** The trace of what is being handled, if anything is. */
export const currentTrace = (): Trace | undefined => traces.getStore();

/** Handles something in the trace that it tells of. @param told traceparents, the first that is one counts */
export const inTrace = <T>(told: readonly unknown[], handle: () => T): T =>
  traces.run(traceFrom(told, newId), handle);

/** Topics whose messages carry the trace in which they are published. */
export const tracedTopics = (topics: Topics): Topics => ({
  publish(topic, envelopes, signal) {
    const trace = currentTrace();
    const carried = trace && { [TRACE_ATTRIBUTE]: traceparentOf(trace) };
    const traced = envelopes.map(({ message, attributes }) => ({
      message,
      attributes: { ...attributes, ...carried },
    }));
    return topics.publish(topic, traced, signal);
  },
});
