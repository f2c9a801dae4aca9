import pLimit from 'p-limit';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ReadIntent } from '../../shared/domain/chain/intent.ts';
import { projectOfSecret } from '../../shared/domain/chain/secret.ts';
import { impossibilityOf } from '../../shared/domain/rotation/ledger/belief.ts';
import { currentIn, parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { parseTick, type Tick } from '../../shared/domain/rotation/messages.ts';
import { countHealing } from '../../shared/domain/rotation/tick/healing.ts';
import { ledgerChanges } from '../../shared/domain/rotation/tick/ledger-changes.ts';
import type { ListedChain, Memory } from '../../shared/domain/rotation/tick/tick-memory.ts';
import { planTick, relevanceFilterOf } from '../../shared/domain/rotation/tick/tick-plan.ts';
import { mintRequestOf } from './mint-request.ts';

/** How many lists run at once. A list stays in memory until its ledgers are read: some MB for each project of a fleet of 100,000 chains. */
export const LISTS_AT_ONCE = 4;

export type FanoutContext = {
  readonly cloud: Pick<Cloud, 'secrets' | 'topics'>;
  readonly readIntent: ReadIntent;
  /** `projects/P/topics/hopmint-mint` */
  readonly mintTopic: string;
  readonly memory: Memory;
  readonly now: Date;
  /** Waits for quota. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly signal: AbortSignal;
};

/** The outcome of a tick, as names of chains. */
export type Fanned = {
  readonly published: readonly string[];
  readonly waiting: readonly string[];
  readonly late: readonly string[];
  readonly paused: readonly string[];
  /** Projects whose secrets could not be listed. Their chains wait for the next tick. */
  readonly unlisted: readonly (Failure & { readonly project: string })[];
  /** Chains whose ledger has changed although no rotation was requested, and for which this tick requests none. */
  readonly doubtful: readonly string[];
  /** Chains that an audit wants to heal, and that were healed three times within an hour. */
  readonly limited: readonly string[];
  readonly memory: Memory;
};

/** A tick → one mint request for each due chain. The credentials that expire first come first. */
export async function fanout(
  data: string,
  tick: { readonly id: string; readonly publishedAt: Date },
  { cloud, readIntent, mintTopic, memory, now, wait, signal }: FanoutContext,
): Promise<Result<Fanned, Failure>> {
  const parsed = parseTick(data);
  if (!parsed.ok) return parsed;
  const intent = await readIntent();
  const { file, digests } = intent;

  const ageSeconds = (now.getTime() - tick.publishedAt.getTime()) / 1000;
  if (!parsed.value.force && ageSeconds > 2 * file.tickEverySeconds) {
    return err({
      reason: 'request-expired',
      detail: `the tick is ${Math.round(ageSeconds)} s old`,
    });
  }
  const unknown = (parsed.value.only ?? []).filter((name) => !digests.has(name));
  if (unknown.length > 0) {
    return err({
      reason: 'message-malformed',
      detail: `the tick names ${unknown.length} chains that the chain file does not have`,
    });
  }

  const unlisted: (Failure & { readonly project: string })[] = [];
  const forcedAt = parsed.value.force ? tick.publishedAt : undefined;
  const isRelevant = relevanceFilterOf(file, forcedAt, memory, now);
  const seen = ledgerChanges(memory, now);
  const projects = Map.groupBy(file.chains, ({ secret }) => projectOfSecret(secret));
  const relevant = await pLimit(LISTS_AT_ONCE).map(
    projects,
    async ([project, chains]): Promise<ListedChain[]> => {
      const listed = await cloud.secrets.secretsIn(project, signal);
      if (!listed.ok) {
        unlisted.push({ ...listed.error, project });
        return [];
      }
      const annotationsOf = new Map(
        listed.value.map(({ name, annotations }) => [name, annotations]),
      );
      // One at a time, so that the ledgers of chains that do not matter to this tick are not all in memory.
      return chains.flatMap((chain) => {
        const digest = digests.get(chain.name) as string;
        const annotations = annotationsOf.get(chain.secret);
        const parsed = parseLedger(annotations);
        const isBelieved = parsed && !impossibilityOf(parsed, chain, digest, now);
        const ledger = isBelieved ? parsed : undefined;
        const listedChain = { chain, digest, ledger, current: currentIn(annotations) };
        seen.note(listedChain);
        return isRelevant(listedChain) ? [listedChain] : [];
      });
    },
  );

  const { heal, healing, limited } = healingOf(parsed.value, memory, now);
  const wanted = { only: heal ?? parsed.value.only, forcedAt };
  const plan = planTick(file, relevant.flat(), wanted, { ...memory, healing }, now);
  const requested = new Set(plan.publish.map(({ chain }) => chain.name));
  const groups = Map.groupBy(plan.publish, ({ startAt }) => startAt.getTime());
  let waitedMs = 0;
  for (const [startMs, planned] of [...groups].toSorted(([a], [b]) => a - b)) {
    const waitMs = startMs - now.getTime() - waitedMs;
    if (waitMs > 0) await wait(waitMs, signal);
    waitedMs += waitMs;
    const requests = planned.map((one) => {
      const healedAt = healing.healedAt.get(one.chain.name);
      return { message: mintRequestOf({ ...one, ...(healedAt && { healedAt }) }, intent, tick.id) };
    });
    const published = await cloud.topics.publish(mintTopic, requests, signal);
    if (!published.ok) return published;
  }
  return ok({
    published: [...requested],
    waiting: plan.waiting,
    late: plan.late,
    paused: plan.paused,
    unlisted,
    doubtful: seen.doubtful.filter((name) => !requested.has(name)),
    limited,
    memory: { ...plan.memory, seen: seen.seen },
  });
}

/** The chains that an audit may heal; undefined for a tick of anybody else. */
function healingOf(
  { only = [], heal = false }: Tick,
  { healing }: Memory,
  now: Date,
): {
  readonly heal?: readonly string[];
  readonly limited: readonly string[];
  readonly healing: Memory['healing'];
} {
  if (!heal) return { limited: [], healing };
  const { memory, ...counted } = countHealing(only, healing, now);
  return { ...counted, healing: memory };
}
