import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import { annotationsOf } from '../../../shared/domain/rotation/ledger/ledger.ts';
import { statusIn, statusOf } from '../../../shared/domain/rotation/status.ts';
import { statusText } from '../../../shared/report/status.ts';
import { versionOf } from '../chain/versions.ts';

const now = new Date('2026-11-22T12:10:00Z');
const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };
const chainOf = (name: string, project: string, part: Partial<Chain> = {}): Chain => ({
  name,
  delegates: [],
  target: { email: `${name}@acme-data.iam.gserviceaccount.com` },
  credential: { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: false },
  secret: `projects/${project}/secrets/${name}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  ...part,
});

const paused = { paused: { until: new Date('2026-11-23T00:00:00Z'), reason: 'INC-1' } };
const running = chainOf('running', 'acme-ops');
const pausedThere = chainOf('paused-there', 'acme-ops', paused);
const pausedElsewhere = chainOf('paused-elsewhere', 'acme-data', paused);
const chains = [running, pausedThere, pausedElsewhere];
const file: ChainFile = {
  caller,
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains,
  exceptions: [],
};

/** Each secret has a fresh credential. Secrets of the unread projects were not listed. */
function status(...unreadProjects: string[]) {
  const secrets = chains
    .filter(({ secret }) => !unreadProjects.includes(secret.split('/')[1] ?? ''))
    .map((chain) => {
      const annotations = annotationsOf({
        chain: chain.name,
        kind: chain.credential.kind,
        digest: digestOf(chain, caller),
        targetId: '100000000000000000003',
        mintedAt: new Date('2026-11-22T12:00:00Z'),
        expiresAt: new Date('2026-11-22T13:00:00Z'),
        current: 2,
        previous: 1,
        first: 1,
        leftover: 0,
        unproven: false,
      });
      return [chain.secret, { annotations, versionAliases: { current: 2, previous: 1 } }] as const;
    });
  const listed = { secrets: new Map(secrets), unlisted: new Set(unreadProjects) };
  const unread = unreadProjects.map((project) => ({
    resource: `projects/${project}/secrets`,
    reason: 'secret-denied',
  }));
  return statusOf(file, versionOf(), { listed, unread }, now);
}

const verdictOf = (text: string) => text.trimEnd().split('\n').at(-1);

describe('a status', () => {
  it('is healthy if every secret was read, and each chain is fresh or paused', () => {
    const all = status();
    expect(all.healthy).toBe(true);
    expect(verdictOf(statusText(all))).toBe('healthy: 3 chains, 1 fresh, 2 paused');
  });

  it.each([
    { situation: 'of all chains', shown: status('acme-data') },
    {
      situation: 'of one paused chain',
      shown: statusIn(status('acme-data'), [pausedElsewhere]),
    },
  ])('$situation is not healthy if a secret was not read, and says which list', ({ shown }) => {
    expect(shown.healthy).toBe(false);
    const text = statusText(shown);
    expect(text).toMatch(/^paused +paused-elsewhere .*INC-1; its secret could not be read$/m);
    expect(text).toMatch(/^unread +projects\/acme-data\/secrets: secret-denied$/m);
    expect(verdictOf(text)).toMatch(/^not healthy: .*; not read: projects\/acme-data\/secrets$/);
  });

  it('of some chains does not depend on the secrets of others', () => {
    const shown = statusIn(status('acme-data'), [running, pausedThere]);
    expect(shown).toMatchObject({ healthy: true, unread: [] });
    expect(verdictOf(statusText(shown))).toBe('healthy: 2 chains, 1 fresh, 1 paused');
  });
});
