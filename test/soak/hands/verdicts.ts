import { type Observer, observerOf } from '../../../functions/audit/observer.ts';
import { secretName } from '../../../shared/domain/audit/changed-resources.ts';
import { newestOf } from '../../../shared/domain/audit/report-evidence.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { type EvidenceOf, NO_EVIDENCE } from '../../../shared/domain/rotation/ledger/evidence.ts';
import { evidenceIn } from '../../../shared/domain/rotation/ledger/observed-secrets.ts';
import { withTargets } from '../../../shared/domain/rotation/ledger/target-now.ts';
import { lastAuditOf, type Status, statusOf } from '../../../shared/domain/rotation/status.ts';
import { listSecrets } from '../../../shared/operations/list-secrets.ts';
import { observeVersions } from '../../../shared/operations/observe-secrets.ts';
import { observedStatus } from '../../../shared/operations/status.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { TARGET } from '../../functions/rotation-world.ts';
import type { Deployment } from '../../simulation/deployment.ts';

/** What the command `status` says, and what `/status` of the audit says. */
export class Verdicts {
  readonly #deployment: Deployment;
  readonly #file: ChainFile;
  readonly #cloud: ReturnType<Deployment['observer']>;
  readonly #observer: Observer;
  readonly #signal = new AbortController().signal;
  #reported: EvidenceOf = NO_EVIDENCE;
  #reportedAt = new Date(0);

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#file = deployment.intent.now.file;
    this.#cloud = deployment.observer();
    this.#observer = observerOf({
      cloud: this.#cloud,
      readIntent: async () => deployment.intent.now,
      lastReport: async () => undefined,
      now: this.#now,
      signal: () => this.#signal,
    });
  }

  readonly #now = (): Date => this.#deployment.local.state.now();

  /** The round of observations that the audit makes each minute. */
  round(): Promise<void> {
    return this.#observer.round();
  }

  /** An event has reported a change of the secret of this chain. */
  changed({ secret }: Chain): Promise<void> {
    return this.#observer.changed([secretName(secret)], { isByOther: true });
  }

  /** Observes every secret, and the target, as a whole audit does. */
  async audit(): Promise<void> {
    const { state } = this.#deployment.local;
    const { policies, secrets } = this.#cloud;
    const { chains } = this.#file;
    const now = this.#now();
    const { listed } = await listSecrets(this.#file, secrets, this.#signal);
    const list = { listed, listedAt: now };
    const wanted = { chains, all: true, memory: this.#observer.memory, now: () => now };
    const { observed } = await observeVersions(this.#file, list, policies, wanted, this.#signal);
    const { uniqueId = '' } = state.accountsByEmail.get(TARGET) ?? {};
    const ids = [await state.signingKeys.get(uniqueId)].flatMap((key) => key?.keyId ?? []);
    const target = { email: TARGET, uniqueId, readAt: now, published: { ids, readAt: now } };
    this.#reported = withTargets(evidenceIn(this.#file, observed), this.#file, () => target);
    this.#reportedAt = now;
  }

  /** `/status`: from the ledgers now, from the last report, and from the observations since. */
  async page(): Promise<Status> {
    const now = this.#now();
    const listed = await listSecrets(this.#file, this.#cloud.secrets, this.#signal);
    const report = { generatedAt: this.#reportedAt.toISOString(), brokenHops: [] };
    const newer = this.#observer.evidence(this.#file);
    return statusOf(this.#file, versionOf(), listed, now, {
      evidenceOf: newestOf(this.#reported, newer),
      audit: lastAuditOf(report, now),
    });
  }

  /** The command `status`, which observes the secrets itself. */
  command(): Promise<Status> {
    const { chains } = this.#file;
    return observedStatus(this.#file, versionOf(), this.#cloud, chains, this.#now, this.#signal);
  }
}
