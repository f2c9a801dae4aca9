import pLimit from 'p-limit';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { definitionOf } from '../../shared/domain/chain/definition.ts';
import type { Intent } from '../../shared/domain/chain/intent.ts';
import { projectOfSecret } from '../../shared/domain/chain/secret.ts';
import { parseLedger } from '../../shared/domain/rotation/ledger.ts';
import { type MintRequestMessage, parseTick } from '../../shared/domain/rotation/messages.ts';
import { REQUEST_LIFE_SECONDS } from '../../shared/domain/rotation/schedule.ts';
import {
  type ListedChain,
  type Memory,
  type PlannedRotation,
  planTick,
  relevanceFilterOf,
} from '../../shared/domain/rotation/tick-plan.ts';

/** What a list says is in memory until its ledgers are read: with a hundred thousand chains it is some MB a project. */
export const LISTS_AT_ONCE = 4;

export type FanoutContext = {
  readonly cloud: Pick<Cloud, 'secrets' | 'topics'>;
  readonly intent: Intent;
  /** `projects/P/topics/hopmint-mint` */
  readonly mintTopic: string;
  readonly memory: Memory;
  readonly now: Date;
  readonly signal: AbortSignal;
};

/** What a tick came to. Names only. */
export type Fanned = {
  readonly published: readonly string[];
  readonly waiting: readonly string[];
  readonly late: readonly string[];
  readonly paused: readonly string[];
  /** Projects whose secrets could not be listed: their chains wait for the next tick. */
  readonly unlisted: readonly (Failure & { readonly project: string })[];
  readonly memory: Memory;
};

/** A tick → one mint request for each chain that is due, the soonest to expire first. */
export async function fanout(
  data: string,
  tick: { readonly id: string; readonly publishedAt: Date },
  { cloud, intent, mintTopic, memory, now, signal }: FanoutContext,
): Promise<Result<Fanned, Failure>> {
  const parsed = parseTick(data);
  if (!parsed.ok) return parsed;
  const { file, digests } = intent;

  const ageSeconds = (now.getTime() - tick.publishedAt.getTime()) / 1000;
  if (!parsed.value.force && ageSeconds > 2 * file.tickEverySeconds) {
    return err({ reason: 'request-expired', detail: `a tick of ${Math.round(ageSeconds)} s ago` });
  }
  const unknown = (parsed.value.only ?? []).filter((name) => !digests.has(name));
  if (unknown.length > 0) {
    return err({
      reason: 'message-malformed',
      detail: `the tick names ${unknown.length} chains that the chain file does not have`,
    });
  }

  const unlisted: (Failure & { readonly project: string })[] = [];
  const isConcerned = relevanceFilterOf(file, parsed.value, memory, now);
  const projects = Map.groupBy(file.chains, ({ secret }) => projectOfSecret(secret));
  const situations = await pLimit(LISTS_AT_ONCE).map(
    projects,
    async ([project, chains]): Promise<ListedChain[]> => {
      const listed = await cloud.secrets.secretsIn(project, signal);
      if (!listed.ok) {
        unlisted.push({ ...listed.error, project });
        return [];
      }
      const told = new Map(listed.value.map(({ name, annotations }) => [name, annotations]));
      // One by one: of a hundred thousand ledgers, those that nothing is to be done about need not be held.
      return chains.flatMap((chain) => {
        const digest = digests.get(chain.name) as string;
        const situation = { chain, digest, ledger: parseLedger(told.get(chain.secret)) };
        return isConcerned(situation) ? [situation] : [];
      });
    },
  );

  const plan = planTick(file, situations.flat(), parsed.value, memory, now);
  const requests = plan.publish.map((planned) => ({
    message: requestOf(planned, intent, tick.id, now),
  }));
  const published = await cloud.topics.publish(mintTopic, requests, signal);
  if (!published.ok) return published;
  return ok({
    published: plan.publish.map(({ chain }) => chain.name),
    waiting: plan.waiting,
    late: plan.late,
    paused: plan.paused,
    unlisted,
    memory: plan.memory,
  });
}

const requestOf = (
  { chain, digest, ledger, forced }: PlannedRotation,
  { file }: Intent,
  correlationId: string,
  now: Date,
): MintRequestMessage => ({
  chain: chain.name,
  definition: definitionOf(chain, file.caller),
  digest,
  replaces: ledger?.current ?? 0,
  notAfter: new Date(now.getTime() + REQUEST_LIFE_SECONDS * 1000).toISOString(),
  forced,
  correlationId,
});
