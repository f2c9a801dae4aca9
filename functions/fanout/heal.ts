import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { ok, type Result } from '../../shared/domain/basics/result.ts';
import { type Chain, isPaused } from '../../shared/domain/chain/chain.ts';
import type { Intent } from '../../shared/domain/chain/intent.ts';
import { projectOfSecret } from '../../shared/domain/chain/secret.ts';
import { currentIn } from '../../shared/domain/rotation/ledger/ledger.ts';
import { unusabilityOf } from '../../shared/domain/rotation/ledger/usability.ts';
import { type HealingMemory, planHealing } from '../../shared/domain/rotation/tick/healing.ts';
import { mintRequestOf } from './mint-request.ts';

export type HealingContext = {
  readonly cloud: Pick<Cloud, 'secrets' | 'topics'>;
  readonly intent: Intent;
  readonly mintTopic: string;
  readonly memory: HealingMemory;
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
  readonly memory: HealingMemory;
};

type Broken = { readonly chain: Chain; readonly current: number; readonly why: string };

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
  const waiting = [...memory.waiting].flatMap(([name, at]) => (at <= now() ? [name] : []));
  const namedAt = new Map([...memory.namedAt, ...names.map((name) => [name, now()] as const)]);
  const chains = [...new Set([...waiting, ...namedAt.keys()])]
    .flatMap((name) => byName.get(name) ?? [])
    .filter((chain) => !isPaused(chain, file, now()));
  const broken: Broken[] = [];
  for (const [project, ofProject] of Map.groupBy(chains, (one) => projectOfSecret(one.secret))) {
    const listed = await cloud.secrets.secretsIn(project, signal);
    if (!listed.ok) return listed;
    const secrets = new Map(listed.value.map((secret) => [secret.name, secret]));
    for (const chain of ofProject) {
      const digest = digests.get(chain.name) as string;
      const versions = await cloud.secrets.versions(chain.secret, signal);
      if (!versions.ok && versions.error.reason === 'secret-missing') continue;
      if (!versions.ok) return versions;
      const newest = await cloud.secrets.newestVersion(chain.secret, signal);
      if (!newest.ok) return newest;
      // A secret without our label is not listed. It counts as a secret without a ledger.
      const { annotations = {}, versionAliases = {} } = secrets.get(chain.secret) ?? {};
      const observed = {
        annotations,
        versionAliases,
        versions: versions.value,
        newest: newest.value,
      };
      const why = unusabilityOf(observed, chain, digest, now());
      if (why !== undefined) broken.push({ chain, current: currentIn(annotations), why });
    }
  }
  const plan = planHealing(
    broken.map(({ chain }) => chain.name),
    forgetSound({ ...memory, namedAt }, chains, broken),
    file.writesPerMinute,
    now(),
  );
  const chosen = new Set(plan.heal);
  const requests = broken
    .filter(({ chain }) => chosen.has(chain.name))
    .map(({ chain, current }) => {
      const digest = digests.get(chain.name) as string;
      const requested = { chain, digest, current, startAt: now() };
      return { message: mintRequestOf(requested, intent, correlationId) };
    });
  const published = await cloud.topics.publish(mintTopic, requests, signal);
  if (!published.ok) return published;
  return ok({
    broken: Object.fromEntries(broken.map(({ chain, why }) => [chain.name, why])),
    healed: plan.heal,
    limited: plan.limited,
    memory: plan.memory,
  });
}

/** A chain that was checked and is sound waits no longer. */
function forgetSound(
  memory: HealingMemory,
  checked: readonly Chain[],
  broken: readonly Broken[],
): HealingMemory {
  const waiting = new Map(memory.waiting);
  for (const { name } of checked) waiting.delete(name);
  for (const { chain } of broken) {
    const at = memory.waiting.get(chain.name);
    if (at) waiting.set(chain.name, at);
  }
  return { ...memory, waiting };
}
