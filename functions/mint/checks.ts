import type { Secret } from '../../shared/cloud/secrets.ts';
import type { Failure, Reason } from '../../shared/domain/basics/failure.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { SKEW_SECONDS } from '../../shared/domain/basics/skew.ts';
import { type Chain, isPaused } from '../../shared/domain/chain/chain.ts';
import { chainHeldBy, type Intent, type ReadIntent } from '../../shared/domain/chain/intent.ts';
import { LABEL } from '../../shared/domain/chain/secret.ts';
import { contradictionOf, impossibilityOf } from '../../shared/domain/rotation/ledger/belief.ts';
import { currentIn, type Ledger, parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { type Version, versionIn } from '../../shared/domain/rotation/ledger/version.ts';
import type { MintRequest } from '../../shared/domain/rotation/messages.ts';
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
  if (failedAt && !request.forcedAt && (+now - +failedAt) / 1000 < FAILED_RECENTLY_SECONDS) {
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

/** Without our label, fanout does not see the ledger and asks for a first rotation. */
const isLabelled = ({ labels }: Secret): boolean => labels[LABEL.key] === LABEL.value;

/** The version that the next rotation replaces; 0 for none. */
const replacedBy = (secret: Secret): number =>
  isLabelled(secret) ? currentIn(secret.annotations) : 0;

const ALREADY_ROTATED = refuse('already-rotated', 'another delivery or a later request was first');

/** A secret, its versions that are enabled or disabled, and its ledger. */
export type Observed = {
  readonly secret: Secret;
  readonly versions: readonly Version[];
  /** Undefined if there is none, or if Secret Manager contradicts it. */
  readonly ledger: Ledger | undefined;
  /** Why the ledger is not believed. */
  readonly doubt?: string;
};

/**
 * Reads the secret of a chain, and decides whether to believe its ledger. Refuses a request that was carried out already.
 *
 * A secret that is older than the request would look like the work of another rotation, and the request would be dropped. So it is read again.
 *
 * A forced request replaces any current version, because the list that fanout read may be older than the last commit. Each forced tick is
 * obeyed once, however often and late its requests arrive: it is done when the current version was added after the tick was sent.
 */
export async function observe(
  request: MintRequest,
  chain: Chain,
  { cloud, now, signal }: Pick<MintContext, 'cloud' | 'now' | 'signal'>,
): Promise<Result<Observed, Failure>> {
  const isNewEnough = ({ annotations }: Secret) => currentIn(annotations) >= request.replaces;
  let secret = await cloud.secrets.secret(chain.secret, signal);
  if (secret.ok && !isNewEnough(secret.value)) {
    // Only a version that was added can have been current. Otherwise the ledger that fanout read was forged, and is gone.
    const listed = await cloud.secrets.newestVersions(chain.secret, signal);
    if (!listed.ok) return listed;
    if (listed.value.newest < request.replaces) return ALREADY_ROTATED;
    secret = await cloud.secrets.secret(chain.secret, signal, isNewEnough);
  }
  if (!secret.ok) return secret;
  if (!request.forcedAt && replacedBy(secret.value) !== request.replaces) return ALREADY_ROTATED;
  const versions = await cloud.secrets.versions(chain.secret, signal);
  if (!versions.ok) return versions;
  const observed = { secret: secret.value, versions: versions.value };
  const ledger = parseLedger(secret.value.annotations);
  if (!ledger || !isLabelled(secret.value)) return ok({ ...observed, ledger: undefined });
  const impossible = impossibilityOf(ledger, chain, request.digest, now());
  if (impossible) return ok({ ...observed, ledger: undefined, doubt: impossible });
  const isListed = versions.value.some(({ number }) => number === ledger.current);
  const listed = isListed
    ? ok({ newest: ledger.current })
    : await cloud.secrets.newestVersions(chain.secret, signal);
  if (!listed.ok) return listed;
  const current = versionIn(ledger.current, versions.value, listed.value.newest);
  const doubt = contradictionOf(ledger, current, chain, request.digest);
  if (doubt) return ok({ ...observed, ledger: undefined, doubt });
  const { forcedAt } = request;
  const isDone = forcedAt && typeof current === 'object' && current.createdAt >= forcedAt;
  return isDone ? ALREADY_ROTATED : ok({ ...observed, ledger });
}
