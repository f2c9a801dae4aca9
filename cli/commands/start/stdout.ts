import type { FunctionName } from '../../../shared/domain/doctor/installation.ts';
import { serviceOf } from './deployed/infrastructure.ts';
import type { LocalClient } from './local-client.ts';

const BATCH_EVERY_MS = 50;

/** Sends what the functions print to the local cloud, as Cloud Run does. A line that cannot be sent is lost. */
export function stdoutTo(
  cloud: Pick<LocalClient, 'stdout'>,
  project: string,
): (name: FunctionName, line: string) => void {
  const waiting = new Map<FunctionName, string[]>();
  const send = () => {
    for (const [name, lines] of waiting) {
      cloud.stdout(serviceOf(project, name), lines).catch(() => undefined);
    }
    waiting.clear();
  };
  return (name, line) => {
    if (waiting.size === 0) setTimeout(send, BATCH_EVERY_MS).unref();
    waiting.set(name, [...(waiting.get(name) ?? []), line]);
  };
}
