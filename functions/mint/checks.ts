import type { Secret } from '../../shared/cloud/secrets.ts';
import type { Failure, Reason } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { type Chain, isPaused } from '../../shared/domain/chain/chain.ts';
import { chainHeldBy, type Intent, type ReadIntent } from '../../shared/domain/chain/intent.ts';
import { CHAIN_ANNOTATION, LABEL } from '../../shared/domain/chain/secret.ts';
import { type Ledger, parseLedger } from '../../shared/domain/rotation/ledger.ts';
import type { MintRequest } from '../../shared/domain/rotation/messages.ts';
import { SKEW_SECONDS } from '../../shared/domain/rotation/schedule.ts';
import type { MintContext } from './context.ts';

/** A chain that failed permanently is not retried within this time, unless forced. */
const FAILED_RECENTLY_SECONDS = 30 * 60;

const refuse = (reason: Reason, detail: string) => err<Failure>({ reason, detail });

/**
 * The chain that a request names. A request grants nothing by itself: our own chain file must have the chain under the same digest. If it
 * does not, the file is read again once.
 */
export async function requestedChain(
  { chain: name, digest }: MintRequest,
  readIntent: ReadIntent,
): Promise<Result<{ readonly intent: Intent; readonly chain: Chain }, Failure>> {
  for (const fresh of [false, true]) {
    const intent = await readIntent({ fresh });
    const chain = chainHeldBy(intent, name, digest);
    if (chain) return ok({ intent, chain });
  }
  return refuse('chain-unknown', 'the chain file has no such chain under this digest');
}

/** Refuses a request that needs no call to Google: it is late, its chain is paused, or it failed permanently a short time ago. */
export function checkRequest(
  request: MintRequest,
  chain: Chain,
  { file }: Intent,
  context: Pick<MintContext, 'now' | 'failedAt'>,
): Result<void, Failure> {
  const now = context.now();
  // `notAfter` is on the clock of fanout, which may differ from ours.
  if ((+now - +request.notAfter) / 1000 > SKEW_SECONDS) {
    return refuse('request-expired', 'the request is too old');
  }
  if (isPaused(chain, file, now)) return refuse('chain-paused', 'paused in the chain file');
  const failedAt = context.failedAt.get(request.digest);
  if (failedAt && !request.forced && (+now - +failedAt) / 1000 < FAILED_RECENTLY_SECONDS) {
    return refuse('failed-recently', 'it failed permanently within the last 30 minutes');
  }
  return ok(undefined);
}

/** The chain file must be for the account that this function runs as. */
export async function checkCaller(
  { file }: Intent,
  { cloud, signal }: Pick<MintContext, 'cloud' | 'signal'>,
): Promise<Result<void, Failure>> {
  const self = await cloud.credentials.isSelf(file.caller, signal);
  if (!self.ok) return self;
  return self.value
    ? ok(undefined)
    : refuse('caller-mismatch', 'the chain file names another caller than this function');
}

/** The ledger of a secret, after checking that the secret has our label and belongs to `chain`. */
export function ownLedger(
  { labels, annotations }: Secret,
  chain: Chain,
): Result<Ledger | undefined, Failure> {
  if (labels[LABEL.key] !== LABEL.value) {
    return refuse('secret-foreign', `the secret has no label ${LABEL.key}=${LABEL.value}`);
  }
  const owner = annotations[CHAIN_ANNOTATION];
  if (owner !== undefined && owner !== chain.name) {
    return refuse('secret-foreign', "the secret's ledger belongs to another chain");
  }
  return ok(parseLedger(annotations));
}

/**
 * The version that a rotation replaces; 0 for none.
 *
 * A forced request replaces the current version, because the list that fanout read may be older than the last commit. Each tick is obeyed
 * once, however often its requests arrive: another rotation would destroy a version that a reader may still use.
 */
export function versionToReplace(
  request: MintRequest,
  ledger: Ledger | undefined,
): Result<number, Failure> {
  const current = ledger?.current ?? 0;
  const replaces = request.forced ? current : request.replaces;
  if (current !== replaces || (request.forced && ledger?.tick === request.correlationId)) {
    return refuse('already-rotated', 'another delivery or a later request was first');
  }
  return ok(replaces);
}
