import { quoted } from '../../basics/text/printable.ts';
import { nameOf } from '../../chain/account.ts';
import { mostWritesOf, WRITES_PER_ROTATION } from '../../rotation/tick/schedule.ts';

import { error, hint, type Path, type Remark } from '../../yaml/fault.ts';

import type { ChainDraft } from '../schema/draft.ts';

import type { pinner } from './accounts.ts';

const at = (i: number): Path => ['chains', i];

/** Refuses a name or a secret that two chains share. */
export function remarksOnDuplicates(
  chains: readonly ChainDraft[],
  key: 'name' | 'secret',
  placeOf: (path: Path) => string,
): Remark[] {
  const first = new Map<string, number>();
  return chains.flatMap((chain, i): Remark[] => {
    const value = chain[key];
    if (value === undefined) return [];
    const before = first.get(value);
    if (before === undefined) first.set(value, i);
    if (before === undefined) return [];
    const message =
      key === 'name'
        ? `${quoted(value)} is already the name of the chain at ${placeOf(at(before))}: write another name`
        : `${value} is already the secret of the chain at ${placeOf(at(before))}: give each chain its own secret`;
    return [error([...at(i), key], message)];
  });
}

const rounded = (n: number): string => String(Math.ceil(n * 10 - 1e-6) / 10);

/** Compares the planned writes in each project with the quota. */
export function remarksOnWrites(
  chains: readonly ChainDraft[],
  rotateEveryDefaultSeconds: number | undefined,
  writesPerMinute: number,
  tickEverySeconds: number,
): Remark[] {
  const rotations = new Map<string, { chains: number; perMinute: number }>();
  for (const { secret, rotateEvery = rotateEveryDefaultSeconds } of chains) {
    if (secret === undefined || !rotateEvery) continue;
    const project = secret.split('/')[1] ?? '';
    const before = rotations.get(project) ?? { chains: 0, perMinute: 0 };
    rotations.set(project, {
      chains: before.chains + 1,
      perMinute: before.perMinute + 60 / rotateEvery,
    });
  }
  const most = mostWritesOf(writesPerMinute, tickEverySeconds);
  return [...rotations].flatMap(([project, { chains: count, perMinute }]): Remark[] => {
    const writes = perMinute * WRITES_PER_ROTATION;
    if (writes <= most + 1e-6) return [];
    const message = `${count} ${count === 1 ? 'chain writes' : 'chains write'} to the secrets of ${project} ${rounded(writes)} times a minute (${WRITES_PER_ROTATION} for each of ${rounded(perMinute)} rotations), more than ${rounded(most)}, which is 70 % of writesPerMinute ${writesPerMinute}${tickEverySeconds > 60 ? `, divided by the ${tickEverySeconds / 60} minutes between ticks` : ''}: rotate them ${rounded(writes / most)} times less often, or keep some secrets in another project`;
    return [{ ...error(['chains'], message), onKey: true }];
  });
}

/**
 * Hints at a chain whose delegates are not needed: another chain of the file mints the same kind for the same target directly. The grants
 * of the direct flow are needed anyway, and each delegate adds a hop that can break.
 *
 * A file shows unneeded delegates in no other way. The policies do, and the audit reads those.
 */
export function remarksOnDirectFlow(
  chains: readonly ChainDraft[],
  pinned: ReturnType<typeof pinner>,
): Remark[] {
  const wayOf = ({ target, credential }: ChainDraft) =>
    target && credential ? `${credential.kind} ${nameOf(pinned(target))}` : undefined;
  const direct = new Map(
    chains.flatMap((chain) => {
      const way = wayOf(chain);
      return way && chain.name !== undefined && chain.delegates?.length === 0
        ? [[way, chain.name] as const]
        : [];
    }),
  );
  return chains.flatMap((chain, i): Remark[] => {
    const name = direct.get(wayOf(chain) ?? '');
    if (name === undefined || !chain.delegates?.length) return [];
    const message = `the chain ${name} mints the same kind for this target without delegates: the direct flow is simpler, so leave them out here too`;
    return [{ ...hint([...at(i), 'delegates'], message), onKey: true }];
  });
}
