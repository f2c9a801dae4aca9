import type { Secret } from '../../shared/cloud/secrets.ts';
import { dispositionOf, type Failure, type Reason } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { type Chain, isPaused, type Kind } from '../../shared/domain/chain/chain.ts';
import { chainHeldBy, type Intent, type ReadIntent } from '../../shared/domain/chain/intent.ts';
import { CHAIN_ANNOTATION, LABEL } from '../../shared/domain/chain/secret.ts';
import { type Ledger, parseLedger } from '../../shared/domain/rotation/ledger.ts';
import {
  type FailedMessage,
  type MintRequest,
  parseMintRequest,
} from '../../shared/domain/rotation/messages.ts';
import { SKEW_SECONDS } from '../../shared/domain/rotation/schedule.ts';
import { prove } from '../../shared/operations/prove.ts';
import type { MintContext } from './context.ts';
import { store } from './store.ts';

/** A chain that failed for good is not tried again before this, unless forced. */
const FAILED_RECENTLY_SECONDS = 30 * 60;

export type Minted = {
  readonly chain: string;
  readonly kind: Kind;
  readonly secret: string;
  readonly version: number;
  readonly expiresAt: Date;
  readonly unproven: boolean;
  readonly destroyed: readonly number[];
  /** Why an older version is left, if one is. */
  readonly undestroyed?: Failure;
  readonly correlationId: string;
};

/** A failure with what it was a failure of. `untold`: why `hopmint-failed` has not heard of it. */
export type FailedMint = Partial<FailedMessage> & Failure & { readonly untold?: Failure };

/** One request → one proven credential in a new version of its chain's secret, its ledger written, what is old destroyed. */
export async function mint(
  data: string,
  context: MintContext,
): Promise<Result<Minted, FailedMint>> {
  const request = parseMintRequest(data);
  if (!request.ok) return request;
  const rotated = await rotate(request.value, context);
  if (rotated.ok) {
    context.failedAt.delete(request.value.digest);
    return rotated;
  }
  return err(await tell(rotated.error, request.value, context));
}

const failure = (reason: Reason, detail: string) => err<Failure>({ reason, detail });

async function rotate(
  request: MintRequest,
  context: MintContext,
): Promise<Result<Minted, Failure>> {
  const { cloud, now, signal } = context;
  const held = await holdingOf(request, context.readIntent);
  if (!held) {
    return failure('chain-unknown', 'the chain file holds no such chain under this digest');
  }
  const { intent, chain } = held;
  const idle = idleReasonOf(request, chain, intent, context);
  if (idle) return idle;
  const self = await cloud.credentials.isSelf(intent.file.caller, signal);
  if (!self.ok) return self;
  if (!self.value) {
    return failure('caller-mismatch', 'the chain file is for another caller than this function');
  }

  // What is older than the request would be taken for another's, and what was asked for be left.
  const secret = await cloud.secrets.secret(
    chain.secret,
    signal,
    ({ annotations }) => (parseLedger(annotations)?.current ?? 0) >= request.replaces,
  );
  if (!secret.ok) return secret;
  const ledger = ledgerOf(secret.value, chain);
  if (!ledger.ok) return ledger;
  const before = ledger.value;
  // What is forced replaces whatever stands: the list that fanout went by may lag behind what was committed just before.
  const current = before?.current ?? 0;
  const replaces = request.forced ? current : request.replaces;
  // A tick is obeyed once, however often it comes: each rotation more would destroy a version that somebody may still read.
  if (current !== replaces || (request.forced && before?.tick === request.correlationId)) {
    return failure(
      'already-rotated',
      'another delivery of this request, or a later one, was first',
    );
  }

  const credential = await cloud.credentials.mint(chain, now, signal);
  if (!credential.ok) return credential;
  // A changed definition may have another target: what was first seen under the old one says nothing.
  const seen = before?.digest === request.digest ? before.targetId : undefined;
  const targetId = chain.target.uniqueId ?? seen;
  const proven = await prove(chain, credential.value, targetId, cloud.credentials, now, signal);
  if (!proven.ok) return proven;

  const unproven = proven.value === 'unproven';
  const idToKeep = proven.value === 'unproven' ? targetId : proven.value.targetId;
  const stored = await store(
    {
      chain,
      secret: secret.value,
      before,
      replaces,
      isForced: request.forced,
      credential: credential.value,
      after: {
        chain: chain.name,
        kind: chain.credential.kind,
        digest: request.digest,
        ...(idToKeep !== undefined && { targetId: idToKeep }),
        mintedAt: credential.value.mintedAt,
        expiresAt: credential.value.expiresAt,
        unproven,
        tick: request.correlationId,
      },
    },
    context,
  );
  if (!stored.ok) return stored;
  return ok({
    chain: chain.name,
    kind: chain.credential.kind,
    secret: chain.secret,
    ...stored.value,
    expiresAt: credential.value.expiresAt,
    unproven,
    correlationId: request.correlationId,
  });
}

/** The topic is a doorbell, never an authority: only what our own chain file holds is run. An unknown one re-reads it once. */
async function holdingOf(
  { chain: name, digest }: MintRequest,
  readIntent: ReadIntent,
): Promise<{ intent: Intent; chain: Chain } | undefined> {
  for (const fresh of [false, true]) {
    const intent = await readIntent({ fresh });
    const chain = chainHeldBy(intent, name, digest);
    if (chain) return { intent, chain };
  }
  return undefined;
}

/** Why a request is acknowledged without a call to Google. */
function idleReasonOf(
  request: MintRequest,
  chain: Chain,
  intent: Intent,
  context: MintContext,
): Result<never, Failure> | undefined {
  const now = context.now();
  // By fanout's clock, which is another.
  if ((+now - +request.notAfter) / 1000 > SKEW_SECONDS) {
    return failure('request-expired', 'it was not to run so late');
  }
  if (isPaused(chain, intent.file, now)) return failure('chain-paused', 'paused in the chain file');
  const failedAt = context.failedAt.get(request.digest);
  if (failedAt && !request.forced && (+now - +failedAt) / 1000 < FAILED_RECENTLY_SECONDS) {
    return failure('failed-recently', 'it failed for good within the last 30 minutes');
  }
  return undefined;
}

/** The ledger of a secret that is ours to write. */
function ledgerOf(
  { labels, annotations }: Secret,
  chain: Chain,
): Result<Ledger | undefined, Failure> {
  if (labels[LABEL.key] !== LABEL.value) {
    return failure('secret-foreign', `the secret has no label ${LABEL.key}=${LABEL.value}`);
  }
  const owner = annotations[CHAIN_ANNOTATION];
  if (owner !== undefined && owner !== chain.name) {
    return failure('secret-foreign', `the secret's ledger is of another chain`);
  }
  return ok(parseLedger(annotations));
}

/** Tells `hopmint-failed` what an operator needs and `audit` answers; what was not ours to run is nobody's trouble. */
async function tell(
  failed: Failure,
  request: MintRequest,
  { cloud, failedTopic, failedAt, now, reportDeadline }: MintContext,
): Promise<FailedMint> {
  const disposition = dispositionOf(failed.reason);
  const { chain, correlationId } = request;
  const message: FailedMessage = {
    ...failed,
    chain,
    disposition,
    correlationId,
    at: now().toISOString(),
  };
  if (disposition === 'drop') return message;
  if (disposition === 'fail') failedAt.set(request.digest, now());
  const told = await cloud.topics.publish(failedTopic, [{ message }], reportDeadline());
  return told.ok ? message : { ...message, untold: told.error };
}
