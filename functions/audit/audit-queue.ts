import { type Cached, singleFlight } from '../runtime/single-flight.ts';

/** `whole`: reads everything again. `part`: reads only what has changed. */
export type Scope = 'whole' | 'part';

export type AuditQueue<T> = {
  /** The last report. Makes one if there is none, or if it is older than `cacheSeconds`. */
  readonly last: () => Promise<Cached<T>>;
  /** Runs an audit that starts after this call. All calls that wait for the same audit to end share the next one. */
  readonly renew: (scope: Scope) => Promise<Cached<T>>;
  /** Resolves when no audit runs. */
  readonly idle: () => Promise<void>;
};

/** Runs one audit at a time. */
export function auditQueue<T>(
  run: (scope: Scope) => Promise<T>,
  cacheSeconds: number,
  now: () => Date,
): AuditQueue<T> {
  let next: Scope = 'whole';
  const audits = singleFlight(
    () => {
      const scope = next;
      next = 'whole';
      return run(scope);
    },
    cacheSeconds,
    now,
  );
  const waiting = new Map<Scope, Promise<Cached<T>>>();

  const idle = async () => {
    while (audits.isBusy()) await audits.idle();
  };
  const start = (scope: Scope) => {
    next = scope;
    return audits.renew();
  };
  const renew = (scope: Scope): Promise<Cached<T>> => {
    if (!audits.isBusy()) return start(scope);
    const known = waiting.get(scope);
    if (known !== undefined) return known;
    const queued = idle().then(() => {
      waiting.delete(scope);
      // Another call was first. Any audit is enough in place of a part.
      return audits.isBusy() && scope === 'part' ? audits.renew() : renew(scope);
    });
    waiting.set(scope, queued);
    return queued;
  };
  return { last: audits.last, renew, idle };
}
