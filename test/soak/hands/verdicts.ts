import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { EvidenceOf } from '../../../shared/domain/rotation/ledger/evidence.ts';
import { evidenceIn } from '../../../shared/domain/rotation/ledger/observed-secrets.ts';
import { withTargets } from '../../../shared/domain/rotation/ledger/target-now.ts';
import { lastAuditOf, type Status, statusOf } from '../../../shared/domain/rotation/status.ts';
import { listSecrets } from '../../../shared/operations/list-secrets.ts';
import { nothingObserved, observeVersions } from '../../../shared/operations/observe-secrets.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { TARGET } from '../../functions/rotation-world.ts';
import type { Deployment } from '../../simulation/deployment.ts';

/** What `status` says, from the ledgers now and from the observations of the last audit. */
export class Verdicts {
  observedAt = 0;
  readonly #deployment: Deployment;
  readonly #file: ChainFile;
  readonly #cloud: ReturnType<Deployment['observer']>;
  readonly #signal = new AbortController().signal;
  #evidenceOf: EvidenceOf = () => undefined;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#file = deployment.intent.now.file;
    this.#cloud = deployment.observer();
  }

  /** Observes the secrets and the target, as an audit does. */
  async observe(): Promise<void> {
    const { state } = this.#deployment.local;
    const { policies, secrets } = this.#cloud;
    const now = state.now();
    const { listed } = await listSecrets(this.#file, secrets, this.#signal);
    const list = { listed, listedAt: now };
    const { chains } = this.#file;
    const wanted = { chains, all: true, memory: nothingObserved(), now: () => now };
    const { observed } = await observeVersions(this.#file, list, policies, wanted, this.#signal);
    const { uniqueId = '' } = state.accountsByEmail.get(TARGET) ?? {};
    const ids = [await state.signingKeys.get(uniqueId)].flatMap((key) => key?.keyId ?? []);
    const published = { ids, readAt: now };
    const target = { email: TARGET, uniqueId, readAt: now, published };
    this.#evidenceOf = withTargets(evidenceIn(this.#file, observed), this.#file, () => target);
    this.observedAt = now.getTime();
  }

  async status(): Promise<Status> {
    const now = this.#deployment.local.state.now();
    const listed = await listSecrets(this.#file, this.#cloud.secrets, this.#signal);
    const report = { generatedAt: new Date(this.observedAt).toISOString(), brokenHops: [] };
    return statusOf(this.#file, versionOf(), listed, now, {
      evidenceOf: this.#evidenceOf,
      audit: lastAuditOf(report, now),
    });
  }
}
