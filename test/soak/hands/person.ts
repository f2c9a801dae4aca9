import { storePolicy } from '../../../local/authorization/policy-store.ts';
import {
  addAccount,
  deleteAccount,
  newUniqueId,
} from '../../../local/services/iam/service-accounts/account-lifecycle.ts';
import type { Secret } from '../../../local/state/secret.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { TARGET } from '../../functions/rotation-world.ts';
import type { Deployment } from '../../simulation/deployment.ts';
import { FOREIGN_PAYLOAD } from '../../simulation/stored-credential.ts';
import type { Random } from '../random.ts';

const MINUTE_MS = 60_000;

const KEYS = ['chain', 'kind', 'digest', 'target-id', 'minted-at', 'expires-at', 'proof'];
const NUMBER_KEYS = ['current', 'previous', 'first', 'leftover'];
const VALUES = ['', '0', '-1', 'other', '2099-01-01T00:00:00Z', '2020-01-01T00:00:00Z'];

/** Does what the roles Secret Manager Admin and Service Account Admin allow, except to delete a secret. */
export class Person {
  readonly #deployment: Deployment;
  readonly #chains: readonly Chain[];
  readonly #random: Random;
  /** How often each action was done. */
  readonly counts: Record<string, number> = {};

  constructor(deployment: Deployment, chains: readonly Chain[], random: Random) {
    this.#deployment = deployment;
    this.#chains = chains;
    this.#random = random;
  }

  /** Changes the secret of a chain at random. @returns what was done */
  async change(chain: Chain): Promise<string> {
    const random = this.#random;
    const secret = this.#secretOf(chain);
    const version = Math.max(1, secret.versions.length - Math.floor(random() * 4));
    const newest = secret.versions.length;
    const actions: Readonly<Record<string, () => Promise<unknown>>> = {
      'disable the newest': () => this.#setState(chain, newest, 'disable'),
      'disable a version': () => this.#setState(chain, version, 'disable'),
      'enable a version': () => this.#setState(chain, version, 'enable'),
      'destroy the newest': () => this.#setState(chain, newest, 'destroy'),
      'destroy a version': () => this.#setState(chain, version, 'destroy'),
      'add a version': () => this.#add(chain),
      'edit an annotation': () =>
        this.#annotate(chain, { [random.pick(KEYS)]: random.pick(VALUES) }),
      'forge a number': () =>
        this.#annotate(chain, {
          [random.pick(NUMBER_KEYS)]: random.pick(['0', '1000', `${version}`, `${newest + 1}`]),
        }),
      'forge the times': () => this.#forgeTimes(chain, random.between(-40, 40)),
      'forge times of 2099': () =>
        this.#annotate(chain, {
          'minted-at': '2099-01-01T00:00:00Z',
          'expires-at': '2099-01-01T01:00:00Z',
        }),
      'copy the ledger of another chain': () =>
        this.#patch(chain, 'annotations', this.#secretOf(random.pick(this.#chains)).annotations),
      'remove the annotations': () => this.#patch(chain, 'annotations', {}),
      'remove the label': () => this.#patch(chain, 'labels', {}),
      'set an alias': () =>
        this.#patch(chain, 'versionAliases', {
          ...aliasesOf(secret),
          [random.pick(['current', 'previous', 'pinned'])]: `${version}`,
        }),
      'remove the aliases': () => this.#patch(chain, 'versionAliases', {}),
    };
    const name = random.pick(Object.keys(actions));
    await actions[name]?.();
    this.#count(name);
    return name;
  }

  /** @param at when Google deletes the secret; undefined for never */
  async setExpiry(chain: Chain, at: Date | undefined): Promise<void> {
    await this.#patch(chain, 'expireTime', at?.toISOString());
    this.#count(at ? 'set an expiry' : 'remove an expiry');
  }

  /** Deletes the target, creates it again under the same email, and gives the grants again. */
  recreateTarget(): void {
    const { state } = this.#deployment.local;
    const account = state.accountsByEmail.get(TARGET);
    const resource = `projects/acme-data/serviceAccounts/${TARGET}`;
    const policy = state.policies.get(resource);
    if (!account || !policy) throw new Error('no target');
    deleteAccount(state, account);
    addAccount(state, { ...account, uniqueId: newUniqueId(state), deleted: false });
    storePolicy(state, resource, policy);
    this.#count('delete and create the target');
  }

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  #secretOf({ secret: name }: Chain): Secret {
    const secret = this.#deployment.local.state.secrets.get(name);
    if (!secret) throw new Error(`${name} does not exist`);
    return secret;
  }

  async #setState(chain: Chain, number: number, verb: 'enable' | 'disable' | 'destroy') {
    const state = this.#secretOf(chain).versions[number - 1]?.state;
    if (state === undefined || state === 'DESTROYED') return;
    await this.#deployment.asAda('POST', `/v1/${chain.secret}/versions/${number}:${verb}`, {});
  }

  #add({ secret }: Chain): Promise<unknown> {
    const data = Buffer.from(FOREIGN_PAYLOAD).toString('base64');
    return this.#deployment.asAda('POST', `/v1/${secret}:addVersion`, { payload: { data } });
  }

  #annotate(chain: Chain, part: Record<string, string>): Promise<unknown> {
    const forged = Object.entries(part).map(([key, value]) => [`hopmint-${key}`, value]);
    const { annotations } = this.#secretOf(chain);
    return this.#patch(chain, 'annotations', { ...annotations, ...Object.fromEntries(forged) });
  }

  #forgeTimes(chain: Chain, minutes: number): Promise<unknown> {
    const { annotations } = this.#secretOf(chain);
    const shifted = (key: string) => {
      const at = Date.parse(annotations[`hopmint-${key}`] ?? '') + minutes * MINUTE_MS;
      return Number.isNaN(at) ? '' : new Date(at).toISOString();
    };
    const forged = { 'minted-at': shifted('minted-at'), 'expires-at': shifted('expires-at') };
    return this.#annotate(chain, forged);
  }

  #patch({ secret }: Chain, field: string, value: unknown): Promise<unknown> {
    return this.#deployment.asAda('PATCH', `/v1/${secret}?updateMask=${field}`, { [field]: value });
  }
}

const aliasesOf = ({ versionAliases }: Secret): Record<string, string> =>
  Object.fromEntries(Object.entries(versionAliases).map(([alias, n]) => [alias, `${n}`]));
