import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { ok, type Result } from '../../shared/domain/basics/result.ts';
import { isPaused } from '../../shared/domain/chain/chain.ts';
import type { Intent } from '../../shared/domain/chain/intent.ts';
import { projectOfSecret } from '../../shared/domain/chain/secret.ts';
import { currentIn } from '../../shared/domain/rotation/ledger/ledger.ts';
import { unusabilityOf } from '../../shared/domain/rotation/ledger/usability.ts';
import { forgetSound, planHealing, withNamed } from '../../shared/domain/rotation/tick/healing.ts';
import {
  type ListedChain,
  type Memory,
  withHealed,
} from '../../shared/domain/rotation/tick/tick-memory.ts';
import { mintRequestOf } from './mint-request.ts';

export type HealingContext = {
  readonly cloud: Pick<Cloud, 'secrets' | 'topics'>;
  readonly intent: Intent;
  readonly mintTopic: string;
  readonly memory: Memory;
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

/** The outcome of a check, as names of chains. */
export type Healed = {
  /** Why the readers of each chain get no usable credential. */
  readonly broken: Readonly<Record<string, string>>;
  /** The chains for which a rotation was requested. */
  readonly healed: readonly string[];
  /** Chains that were healed three times within an hour, and now wait. */
  readonly limited: readonly string[];
  /** Chains whose secrets could not be read. Each tick reads them again, for some minutes. */
  readonly unread: readonly (Failure & { readonly chain: string })[];
  readonly memory: Memory;
};

type Broken = ListedChain & { readonly why: string };

/**
 * Checks what the readers of some chains get, and requests a rotation where it is not usable. A change of a secret only starts the check: the
 * versions in Secret Manager decide.
 *
 * @param names of chains. Paused chains are not healed.
 */
export async function heal(
  names: readonly string[],
  correlationId: string,
  { cloud, intent, mintTopic, memory, now, signal }: HealingContext,
): Promise<Result<Healed, Failure>> {
  const { file, byName, digests } = intent;
  const healing = withNamed(memory.healing, names, now());
  const isDue = [...healing.waiting].flatMap(([name, at]) => (at <= now() ? [name] : []));
  const chains = [...new Set([...isDue, ...healing.namedAt.keys()])]
    .flatMap((name) => byName.get(name) ?? [])
    .filter((chain) => !isPaused(chain, file, now()));
  const broken: Broken[] = [];
  const unread: (Failure & { readonly chain: string })[] = [];
  for (const [project, ofProject] of Map.groupBy(chains, (one) => projectOfSecret(one.secret))) {
    const listed = await cloud.secrets.secretsIn(project, signal);
    if (!listed.ok) {
      unread.push(...ofProject.map(({ name }) => ({ ...listed.error, chain: name })));
      continue;
    }
    const secrets = new Map(listed.value.map((secret) => [secret.name, secret]));
    for (const chain of ofProject) {
      const versions = await cloud.secrets.newestVersions(chain.secret, signal);
      if (!versions.ok) {
        if (versions.error.reason !== 'secret-missing') {
          unread.push({ ...versions.error, chain: chain.name });
        }
        continue;
      }
      const digest = digests.get(chain.name) as string;
      const secret = secrets.get(chain.secret);
      const why = unusabilityOf(secret, versions.value, chain, digest, now());
      if (why === undefined) continue;
      const current = currentIn(secret?.annotations);
      broken.push({ chain, digest, ledger: undefined, current, why });
    }
  }
  const unsound = new Set([
    ...broken.map(({ chain }) => chain.name),
    ...unread.map((one) => one.chain),
  ]);
  const sound = chains.flatMap(({ name }) => (unsound.has(name) ? [] : [name]));
  const plan = planHealing(
    broken.map(({ chain }) => chain.name),
    forgetSound(healing, sound),
    (name) => memory.attempts.get(name)?.lastAt ?? memory.requestedAt.get(name),
    file.writesPerMinute,
    now(),
  );
  const chosen = new Set(plan.heal);
  const requested = broken.filter(({ chain }) => chosen.has(chain.name));
  const requests = requested.map((one) => {
    const healedAt = plan.memory.healedAt.get(one.chain.name) ?? [];
    const message = mintRequestOf({ ...one, healedAt, startAt: now() }, intent, correlationId);
    return { message };
  });
  const published = await cloud.topics.publish(mintTopic, requests, signal);
  if (!published.ok) return published;
  return ok({
    broken: Object.fromEntries(broken.map(({ chain, why }) => [chain.name, why])),
    healed: plan.heal,
    limited: plan.limited,
    unread,
    memory: {
      ...memory,
      attempts: withHealed(memory.attempts, requested, now()),
      healing: plan.memory,
    },
  });
}
