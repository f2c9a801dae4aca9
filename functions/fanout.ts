import type { Cloud } from '../shared/cloud.ts';
import { definitionOf } from '../shared/domain/definition.ts';
import type { Failure } from '../shared/domain/failure.ts';
import type { Intent } from '../shared/domain/intent.ts';
import { parseLedger } from '../shared/domain/ledger.ts';
import { type MintRequestMessage, parseTick } from '../shared/domain/message.ts';
import {
  type Memory,
  type Planned,
  planTick,
  projectOfSecret,
} from '../shared/domain/plan-tick.ts';
import { err, ok, type Result } from '../shared/domain/result.ts';
import { REQUEST_LIFE_SECONDS } from '../shared/domain/schedule.ts';

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

  const projects = [...new Set(file.chains.map((chain) => projectOfSecret(chain.secret)))];
  const lists = await Promise.all(
    projects.map(async (project) => ({
      project,
      listed: await cloud.secrets.secretsIn(project, signal),
    })),
  );
  const unlisted = lists.flatMap(({ project, listed }) =>
    listed.ok ? [] : [{ ...listed.error, project }],
  );
  const ledgers = new Map(
    lists
      .flatMap(({ listed }) => (listed.ok ? listed.value : []))
      .map((secret) => [secret.name, parseLedger(secret.annotations)]),
  );
  const situations = file.chains
    .filter((chain) => !unlisted.some(({ project }) => project === projectOfSecret(chain.secret)))
    .map((chain) => ({
      chain,
      digest: digests.get(chain.name) as string,
      ledger: ledgers.get(chain.secret),
    }));

  const plan = planTick(file, situations, parsed.value, memory, now);
  const requests = plan.publish.map((planned) => requestOf(planned, intent, tick.id, now));
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
  { chain, digest, ledger, forced }: Planned,
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
