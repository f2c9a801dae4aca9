import { type Refusal, refusalKey } from '../../shared/domain/basics/refusal.ts';
import { type Asker, explainRefusal } from '../../shared/domain/grants/explain-refusal.ts';
import type { OnRefused } from '../../shared/google/wire/refusals.ts';

/** The same refusal is logged once in this time: a tick can meet it for each of a thousand secrets. */
const AGAIN_AFTER_MS = 3_600_000;
/** Different refusals that are remembered. */
const REMEMBERED = 200;

/** The fields of the log line of a refusal. */
export type RefusedFields = Readonly<Record<string, unknown>>;

/**
 * Logs who asked Google for what and was refused, what is missing, and the command that grants it.
 *
 * @param askerOf called at the first refusal, and again only if it failed
 */
export function refusalLog(
  askerOf: () => Promise<Asker>,
  log: (fields: RefusedFields) => void,
  now: () => Date,
): OnRefused {
  const loggedAt = new Map<string, number>();
  let asker: Promise<Asker> | undefined;
  const write = async (refusal: Refusal) => {
    asker ??= askerOf();
    const { request, resource, status, reason, permission } = refusal;
    const { identity, source, missing, command } = explainRefusal(refusal, await asker);
    log({
      event: 'refused',
      request,
      resource,
      status,
      reason,
      permission,
      identity,
      identitySource: source,
      missing,
      command,
    });
  };
  return (refusal) => {
    const key = refusalKey({ ...refusal, ...kindOf(refusal) });
    const at = now().getTime();
    if (at - (loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return;
    if (loggedAt.size >= REMEMBERED) loggedAt.clear();
    loggedAt.set(key, at);
    write(refusal).catch(() => {
      asker = undefined;
      loggedAt.delete(key);
    });
  };
}

/** Refusals for many resources of one kind are one line, with the first resource. */
const kindOf = ({ resource }: Refusal): Pick<Refusal, 'resource'> => ({
  ...(resource !== undefined && { resource: resource.replace(/[^/]+$/, '*') }),
});
