import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localClient } from '../../cli/commands/start/local-client.ts';
import { type Account, nameOf } from '../../shared/domain/chain/account.ts';
import type { Chain, ChainFile, CredentialSpec } from '../../shared/domain/chain/chain.ts';
import { digestOf } from '../../shared/domain/chain/definition.ts';
import { LABEL } from '../../shared/domain/chain/secret.ts';
import { compile } from '../../shared/domain/published/compile.ts';
import { annotationsOf, type Ledger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { lastGridInstant } from '../../shared/domain/rotation/tick/schedule.ts';
import { FANOUT, MINTER } from '../../test/functions/rotation-world.ts';
import type { Env } from '../processes/process.ts';
import { temporary } from '../processes/temporary.ts';
import { startCloud } from './cloud.ts';

/** One project can rotate this many chains every half an hour: 70 % of 540 writes a minute. */
export const CHAINS_A_PROJECT = 3780;

const projectOf = (i: number) => `acme-fleet-${Math.floor(i / CHAINS_A_PROJECT)}`;

const account = (name: string, project: string): Account => ({
  email: `${name}@${project}.iam.gserviceaccount.com`,
});

/** The chains have access tokens, ID tokens and JWTs, and up to two delegates. */
const chainAt = (i: number): Chain => ({
  name: `team-${i}`,
  delegates: [`relay-${i % 50}`, `vault-${i % 200}`]
    .slice(0, i % 3)
    .map((name) => account(name, 'acme-ops')),
  target: account(`reader-${i}`, 'acme-data'),
  credential: credentialOf(i),
  secret: `projects/${projectOf(i)}/secrets/team-${i}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  source: { path: SOURCE, line: 3 + 5 * i },
});

function credentialOf(i: number): CredentialSpec {
  if (i % 10 < 7) {
    const scopes = ['https://www.googleapis.com/auth/bigquery.readonly'];
    return { kind: 'access-token', scopes, lifetimeSeconds: 3600 };
  }
  if (i % 10 < 9) {
    return { kind: 'id-token', audience: `https://team-${i}.example.com`, includeEmail: false };
  }
  const claims = { aud: 'https://firestore.googleapis.com/' };
  return { kind: 'signed-jwt', claims, lifetimeSeconds: 3600, allowTokenExchange: false };
}

const SOURCE = 'chains.yaml';

export const fileOf = (count: number): ChainFile => ({
  caller: { email: MINTER },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  grants: 'token-creator',
  chains: Array.from({ length: count }, (_, i) => chainAt(i)),
  exceptions: [],
});

/** The published form of a file, as `./hopmint publish` writes it. */
export const publishedTextOf = (file: ChainFile): string =>
  compile(file, { sources: [{ path: SOURCE, sha256: '0'.repeat(64) }], pauses: [] });

/** The published file of the fleet. */
export const publishedOf = (count: number): string => publishedTextOf(fileOf(count));

/** The same fleet, but one chain rotates more often. */
export const changeOne = (file: ChainFile): ChainFile => ({
  ...file,
  chains: file.chains.map((chain, i) => (i === 0 ? { ...chain, rotateEverySeconds: 900 } : chain)),
});

/** The same fleet after a change of the default format: each chain has another digest, and is on another line. */
export const changeAll = (file: ChainFile): ChainFile => ({
  ...file,
  chains: file.chains.map((chain) => ({
    ...chain,
    format: 'json',
    source: { path: SOURCE, line: (chain.source?.line ?? 0) + 1 },
  })),
});

/** The chain file of the fleet in YAML, as a person writes it. */
export const yamlOf = (count: number): string => {
  const chains = fileOf(count).chains.map(
    ({ name, delegates, target, credential, secret }) => `  - name: ${name}
    delegates: [${delegates.map(nameOf).join(', ')}]
    target: ${nameOf(target)}
    credential: ${credential.kind === 'id-token' ? `{ kind: id-token, audience: ${credential.audience} }` : credential.kind === 'access-token' ? `{ kind: access-token, scopes: [${credential.scopes.join(', ')}] }` : '{ kind: signed-jwt, claims: { aud: https://firestore.googleapis.com/ } }'}
    secret: ${secret}
`,
  );
  return `caller: ${MINTER}\nchains:\n${chains.join('')}`;
};

const projectsOf = (count: number): string[] => [
  ...new Set(Array.from({ length: count }, (_, i) => projectOf(i))),
];

const TOPIC = 'projects/acme-ops/topics/hopmint-mint';

/**
 * A world in which the fleet has rotated for some time. The chains are due at `now` whose grid instant is in the minute before.
 *
 * @param others the number of more secrets in the first project, which have our label but no chain
 */
export function seedOf(count: number, now: Date, others: number): object {
  const file = fileOf(count);
  const aMinuteAgo = new Date(now.getTime() - 60_000);
  const ledgerOf = (each: Chain): Ledger => {
    const mintedAt = new Date(lastGridInstant(each, aMinuteAgo).getTime() + 5_000);
    return {
      chain: each.name,
      kind: each.credential.kind,
      digest: digestOf(each, file.caller),
      targetId: '100000000000000000005',
      mintedAt,
      expiresAt: new Date(mintedAt.getTime() + 3_600_000),
      current: 3,
      previous: 2,
      first: 1,
      leftover: 0,
      unproven: false,
    };
  };
  const members = [`serviceAccount:${FANOUT}`];
  const labels = { [LABEL.key]: LABEL.value };
  return {
    projects: ['acme-ops', ...projectsOf(count)].map((id) => ({
      id,
      policy: {
        bindings: ['roles/secretmanager.viewer', 'roles/pubsub.publisher'].map((role) => ({
          role,
          members,
        })),
      },
    })),
    accounts: [{ email: FANOUT }],
    topics: [TOPIC],
    secrets: [
      ...file.chains.map((each) => ({
        name: each.secret,
        labels,
        annotations: annotationsOf(ledgerOf(each)),
      })),
      ...Array.from({ length: others }, (_, i) => ({
        name: `projects/${projectOf(0)}/secrets/other-${i}`,
        labels,
      })),
    ],
  };
}

export type LargeFleet = AsyncDisposable & {
  readonly url: string;
  /** The published chain file. */
  readonly path: string;
  readonly projects: readonly string[];
  readonly env: Env;
  /** The number of calls that the local cloud has answered, by API. */
  calls(): Promise<Readonly<Record<string, number>>>;
};

/** Starts a local cloud with the fleet. Its process makes the world itself: it would read a world file for longer than the bench runs. */
export async function openLargeFleet(count: number, now: Date, others = 0): Promise<LargeFleet> {
  const path = join(temporary(), 'chains.jsonl');
  await writeFile(path, publishedOf(count));
  const args = [String(count), now.toISOString(), String(others)];
  const { url, ...started } = await startCloud('./large-fleet-process.ts', args);
  const env = {
    GCE_METADATA_HOST: await localClient(url).metadata(FANOUT),
    METADATA_SERVER_DETECTION: 'assume-present',
  };
  return {
    url,
    path,
    projects: projectsOf(count),
    env,
    async calls() {
      const response = await fetch(`${url}/_local/requests`);
      return ((await response.json()) as { counts: Record<string, number> }).counts;
    },
    ...started,
  };
}
