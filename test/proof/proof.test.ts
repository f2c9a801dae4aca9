import fc from 'fast-check';
import { certify } from '../../shared/operations/certify.ts';
import { chainFileOf } from '../oracle/compare/audit.ts';
import { openWorld } from '../oracle/compare/cloud.ts';
import { AUDITOR, NOW } from '../oracle/scenario/names.ts';
import { runs } from '../runs.ts';
import { cloudOf } from '../simulation/clients.ts';
import { compare } from './compare.ts';
import { provable } from './scenario.ts';
import { tryMutations } from './try-mutations.ts';

const DAY_MS = 86_400_000;

describe('a certificate', () => {
  it('has in each set exactly those who get the credential by brute force, and cannot be changed', async () => {
    const worlds = fc.sample(provable, { seed: 41, numRuns: runs(2) });
    const certificates = [];
    let gained = 0;
    for (const [i, scenario] of worlds.entries()) {
      const compared = await compare(scenario, [NOW + (i % 7) * DAY_MS]);
      expect(compared.found).toEqual([]);
      gained += compared.gained;
      certificates.push(compared.certificate);
    }
    expect(gained).toBeGreaterThan(worlds.length);
    const { wrong, rejected } = tryMutations(certificates, runs(45), 41);
    expect({ wrong, rejected }).toEqual({ wrong: [], rejected: runs(45) });
  }, 120_000);

  it('reads a policy again that changes while it reads', async () => {
    const target = 'vault@acme-data.iam.gserviceaccount.com';
    const caller = 'minter@acme-ops.iam.gserviceaccount.com';
    const cloud = await openWorld(world(caller, target), NOW);
    const admin = await cloud.tokenOf('user:admin@acme.com');
    const stranger = {
      role: 'roles/iam.serviceAccountTokenCreator',
      members: ['user:eve@acme.com'],
    };
    let changes = 0;
    const wire = {
      // After the target's policy was read, somebody changes it: once.
      fetch: async (...args: Parameters<typeof fetch>) => {
        const answer = await cloud.fetch(...args);
        const isRead = /serviceAccounts\/200000000000000000002:getIamPolicy/.test(String(args[0]));
        if (!isRead || changes++ > 0) return answer;
        const policy = { policy: { bindings: [stranger] } };
        const path = `/v1/projects/acme-data/serviceAccounts/${target}:setIamPolicy`;
        expect(await cloud.call(admin, 'POST', path, policy)).toMatchObject({ status: 200 });
        return answer;
      },
      callTimeoutMs: 10_000,
      listTimeoutMs: 10_000,
      elapsedMs: () => 0,
      wait: async () => {},
      random: () => 0,
    };
    const now = () => new Date(NOW);
    const token = await cloud.tokenOf(AUDITOR);
    const { cloud: google, release } = cloudOf(AUDITOR, { wire, token }, now);
    const file = chainFileOf(fileOf(caller, target), now());
    const signal = AbortSignal.timeout(20_000);
    const made = await certify(file, '0'.repeat(64), google.policies, now, signal);
    release();
    await cloud.close();
    // The read, the read that found another etag, and the read that found the same one.
    expect(changes).toBe(3);
    expect(made.certificate.chains[0]?.members).toContainEqual(['user:eve@acme.com', 1]);
    expect(made.certificate.coverage.unread).toEqual([]);
  });
});

const fileOf = (caller: string, target: string) => ({
  caller,
  tickEvery: '1m',
  defaults: { lifetime: '1h', rotateEvery: '30m' },
  chains: [
    {
      name: 'one',
      delegates: [],
      target,
      credential: {
        kind: 'access-token',
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      secret: 'projects/acme-ops/secrets/one',
    },
  ],
});

const world = (caller: string, target: string) => ({
  organization: {
    id: '900000000001',
    policy: {
      version: 3,
      bindings: [
        { role: 'roles/iam.securityAuditor', members: [AUDITOR] },
        { role: 'roles/iam.serviceAccountAdmin', members: ['user:admin@acme.com'] },
      ],
    },
  },
  folders: [],
  projects: ['acme-ops', 'acme-data'].map((id, i) => ({
    id,
    number: `70000000000${i + 1}`,
    parent: 'organizations/900000000001',
  })),
  accounts: [
    { email: caller, uniqueId: '200000000000000000001' },
    { email: target, uniqueId: '200000000000000000002' },
  ],
  roles: [],
  denyPolicies: [],
  groups: [],
  tagKeys: [],
  tagBindings: [],
  buckets: [],
  secrets: [{ name: 'projects/acme-ops/secrets/one' }],
});
