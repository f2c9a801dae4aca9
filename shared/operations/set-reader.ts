import type { Policies } from '../cloud/policies.ts';
import type { SnapshotCollector } from './snapshot-collector.ts';

/** Reads which accounts are in principal sets. It reads no set twice. */
export function setReader(
  policies: Pick<Policies, 'accountsOfProject' | 'containersIn'>,
  collected: SnapshotCollector,
  signal: AbortSignal,
) {
  const asked = new Set<string>();
  const { record } = collected;
  return {
    has: (container: string): boolean => asked.has(container),

    /** Reads the accounts of one set, until it has found more than `max`. */
    async read(set: string, max: number): Promise<void> {
      if (asked.has(set)) return;
      asked.add(set);
      const emails: string[] = [];
      const queue = [set];
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const container = next;
        if (emails.length > max) {
          const reason = `it has more than ${max} accounts, and the audit looks at no more`;
          collected.addUnread({ resource: `the accounts of ${set}`, reason });
          break;
        }
        if (container.startsWith('projects/')) {
          record(
            `${container}/serviceAccounts`,
            await policies.accountsOfProject(container, signal),
            (found) => emails.push(...found),
          );
        } else {
          record(
            `the projects and folders of ${container}`,
            await policies.containersIn(container, signal),
            (found) => queue.push(...found),
          );
        }
      }
      collected.setAccounts.set(set, emails);
    },
  };
}
