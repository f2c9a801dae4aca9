import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalCloud } from '../../../local/cloud.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import {
  AUDITOR,
  type AuditedCloud,
  CREATOR,
  chainOf,
  data,
  fileOf,
  grant,
  hop,
  openAuditedCloud,
  ops,
  READER_ID,
  READING,
} from './audited-cloud.ts';

describe('an audit over HTTP', () => {
  let local: LocalCloud;
  let post: AuditedCloud['post'];
  let policiesAt: AuditedCloud['policiesAt'];
  let run: AuditedCloud['run'];
  let asked: AuditedCloud['asked'];
  beforeEach(async () => {
    ({ local, post, policiesAt, run, asked } = await openAuditedCloud());
  });
  afterEach(() => local.close());

  const statesOf = ({ chains }: Report) => chains.map(({ hops }) => hops.map(({ state }) => state));
  const kindAndAccounts = ({ findings }: Report) =>
    findings.map(({ kind, account, member }) => [kind, account, member]);

  it('is clean if every hop is granted and no one else has a grant', async () => {
    const report = await run(fileOf(chainOf('a')));
    expect(report.coverage.unread).toEqual([]);
    expect(report.findings).toEqual([]);
    expect(statesOf(report)).toEqual([['ok', 'ok', 'ok']]);
    expect(report.clean).toBe(true);
  });

  it('lets other work run before each condition, which may take 100 ms', async () => {
    const COUNT = 60;
    const viewers = Array.from({ length: COUNT }, (_, i) => ({
      ...grant('roles/viewer', 'user:ada@acme.com'),
      condition: { title: 'c', expression: `request.time < timestamp("2027-01-01T00:00:${i}Z")` },
    }));
    const bindings = [hop(ops('relay')), ...viewers];
    await post('seed', { accounts: [{ email: data('vault'), policy: { version: 3, bindings } }] });
    const progress = { done: false };
    const audited = run(fileOf(chainOf('a'))).finally(() => {
      progress.done = true;
    });
    // The turns of the event loop since the last request, because the rest of an audit is one step for each of these.
    let turns = 0;
    let requests = 0;
    while (!progress.done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns = requests === asked().length ? turns + 1 : 0;
      requests = asked().length;
    }
    expect((await audited).coverage.unread).toEqual([]);
    expect(turns).toBeGreaterThanOrEqual(COUNT);
  });

  it('reads each resource once, for any number of chains and under any of its names', async () => {
    const report = await run(
      fileOf(
        chainOf('a'),
        chainOf('b', { delegates: [{ email: ops('relay') }], target: { email: data('vault') } }),
        chainOf('c', { target: { uniqueId: READER_ID } }),
        chainOf('d', { target: { email: data('reader'), uniqueId: READER_ID } }),
      ),
    );
    expect(statesOf(report)).toEqual([
      ['ok', 'ok', 'ok'],
      ['ok', 'ok'],
      ['ok', 'ok', 'ok'],
      ['ok', 'ok', 'ok'],
    ]);
    const calls = asked();
    expect(calls.filter((call, i) => calls.indexOf(call) !== i)).toEqual([]);
    // Four accounts of chains, and five that may be ours, of which one exists. The policies and keys of these five. Four secrets. Two projects
    // and two folders, and their policies. The policy of the organization. Two roles. Five lists of deny policies, five of access boundaries and five of
    // entitlements. Five lists of what runs in each of two projects.
    expect(calls).toHaveLength(4 + 5 + 5 + 5 + 4 + 4 + 4 + 1 + 2 + 5 + 5 + 5 + 2 * 5);
    expect(report.coverage.read).toContain(`projects/acme-data/serviceAccounts/${data('reader')}`);
  });

  describe('with a principal access boundary', () => {
    const name =
      'organizations/900000000001/locations/global/principalAccessBoundaryPolicies/limit';
    const boundary = (allowed: string) => ({
      name,
      resources: [`//cloudresourcemanager.googleapis.com/${allowed}`],
      boundTo: [{ container: 'organizations/900000000001' }],
    });

    it.each([
      { allowed: 'organizations/900000000001', states: ['ok', 'ok', 'ok'] },
      { allowed: 'projects/acme-ops', states: ['ok', 'denied', 'denied'] },
    ])('calls the hops $states if it allows $allowed', async ({ allowed, states }) => {
      await post('seed', { accounts: [], accessBoundaries: [boundary(allowed)] });
      const report = await run(fileOf(chainOf('a')));
      expect(statesOf(report)).toEqual([states]);
      const denied = report.findings.filter(({ kind }) => kind === 'hop-denied');
      expect(denied.map(({ evidence }) => evidence.denyPolicy)).toEqual(
        states.filter((state) => state === 'denied').map(() => name),
      );
    });

    it('calls the hops unknown if it may not read the boundary', async () => {
      const includedPermissions = READING.includedPermissions.filter((p) => !/boundar/.test(p));
      const roles = [{ ...READING, includedPermissions }];
      await post('seed', {
        accounts: [],
        roles,
        accessBoundaries: [boundary('projects/acme-ops')],
      });
      const report = await run(fileOf(chainOf('a')));
      expect(statesOf(report)).toEqual([['unknown', 'unknown', 'unknown']]);
      expect(report.coverage.unread).toContainEqual({
        resource: name,
        reason:
          'the principal access boundary limit was not read (access boundary: Google answered 403 IAM_PERMISSION_DENIED, without iam.principalaccessboundarypolicies.get)',
      });
      expect(report.clean).toBe(false);
    });

    it('says that it does not know of boundaries if it may not list them', async () => {
      const includedPermissions = READING.includedPermissions.filter(
        (p) => !/searchPolicyB/.test(p),
      );
      await post('seed', { accounts: [], roles: [{ ...READING, includedPermissions }] });
      const { coverage } = await run(fileOf(chainOf('a')));
      expect(coverage.notCovered.map(({ resource }) => resource)).toContain(
        'principal access boundaries of organizations/900000000001',
      );
    });
  });

  it('finds a missing grant although a custom role gives another permission', async () => {
    const bindings = [grant('projects/acme-data/roles/hopOnly', `serviceAccount:${data('vault')}`)];
    await post('seed', { accounts: [{ email: data('reader'), policy: { bindings } }] });
    const report = await run(fileOf(chainOf('a')));
    expect(statesOf(report)).toEqual([['ok', 'ok', 'missing']]);
    expect(kindAndAccounts(report)).toEqual([
      ['hop-missing', data('reader'), `serviceAccount:${data('vault')}`],
    ]);
  });

  it('counts no permission of a disabled custom role', async () => {
    const name = 'projects/acme-data/roles/minting';
    const includedPermissions = ['iam.serviceAccounts.getAccessToken'];
    const bindings = [grant(name, `serviceAccount:${data('vault')}`)];
    await post('seed', {
      accounts: [{ email: data('reader'), policy: { bindings } }],
      roles: [{ name, includedPermissions }],
    });
    expect(statesOf(await run(fileOf(chainOf('a'))))).toEqual([['ok', 'ok', 'ok']]);
    await post('seed', { accounts: [], roles: [{ name, includedPermissions, stage: 'DISABLED' }] });
    expect(statesOf(await run(fileOf(chainOf('a'))))).toEqual([['ok', 'ok', 'missing']]);
  });

  // cartography#2312, #3004 and turbot/steampipe-plugin-gcp#780: inherited grants were not seen.
  it('finds a grant that an account inherits from a folder', async () => {
    await post('seed', {
      accounts: [{ email: data('vault'), policy: { bindings: [] } }],
      folders: [
        {
          id: '800000000002',
          parent: 'folders/800000000001',
          policy: { bindings: [hop(ops('relay'))] },
        },
      ],
    });
    const report = await run(fileOf(chainOf('a')));
    expect(statesOf(report)).toEqual([['ok', 'ok', 'ok']]);
    // The reader is in that folder too, and relay has no hop to it.
    expect(kindAndAccounts(report)).toEqual([
      ['overgrant', data('vault'), `serviceAccount:${ops('relay')}`],
    ]);
    expect(report.findings[0]?.evidence.accounts).toEqual([data('vault'), data('reader')]);
  });

  it('evaluates conditions, and reports one that has ended', async () => {
    const condition = {
      title: 'until 2020',
      expression: 'request.time < timestamp("2020-01-01T00:00:00Z")',
    };
    const bindings = [{ ...hop(data('vault')), condition }];
    await post('seed', { accounts: [{ email: data('reader'), policy: { version: 3, bindings } }] });
    const report = await run(fileOf(chainOf('a')));
    expect(statesOf(report)).toEqual([['ok', 'ok', 'missing']]);
    expect(report.findings[0]).toMatchObject({ kind: 'hop-conditional', evidence: { condition } });
  });

  // mondoohq/mql#9566 and cartography#2312: deny policies were not seen.
  it('reports a deny policy of the organization', async () => {
    const denyRule = {
      deniedPrincipals: ['principalSet://goog/public:all'],
      deniedPermissions: ['iam.googleapis.com/serviceAccounts.implicitDelegation'],
    };
    await post('seed', {
      accounts: [],
      denyPolicies: [
        { attachedTo: 'organizations/900000000001', name: 'no-hops', rules: [{ denyRule }] },
      ],
    });
    const report = await run(fileOf(chainOf('a')));
    expect(statesOf(report)).toEqual([['denied', 'denied', 'ok']]);
    expect(kindAndAccounts(report).map(([kind]) => kind)).toEqual(['hop-denied', 'hop-denied']);
  });

  it('caches deny policies for one hour, because Google allows five such calls a minute', async () => {
    const clock = { now: local.state.now() };
    const policies = await policiesAt(() => clock.now);
    const lists = async () => {
      local.state.requests.length = 0;
      await run(fileOf(chainOf('a')), policies);
      return asked().filter((call) => call.endsWith('/denypolicies')).length;
    };
    expect(await lists()).toBe(5);
    clock.now = new Date(clock.now.getTime() + 3_599_000);
    expect(await lists()).toBe(0);
    clock.now = new Date(clock.now.getTime() + 1_000);
    expect(await lists()).toBe(5);
  });

  it('distinguishes a disabled account from one that does not exist', async () => {
    await post('seed', { accounts: [{ email: ops('relay'), disabled: true }] });
    const nobody = chainOf('b', { delegates: [], target: { email: data('nobody') } });
    const report = await run(fileOf(chainOf('a'), nobody));
    expect(statesOf(report)).toEqual([['denied', 'denied', 'ok'], ['missing']]);
    expect(kindAndAccounts(report).map(([kind, account]) => [kind, account])).toEqual([
      ['account-disabled', ops('relay')],
      ['account-missing', data('nobody')],
    ]);
  });

  it('finds every other member who may impersonate, on the account and above it', async () => {
    await post('seed', {
      accounts: [
        {
          email: data('reader'),
          policy: { bindings: [hop(data('vault')), grant(CREATOR, 'user:eve@acme.com')] },
        },
      ],
      projects: [
        { id: 'acme-ops', policy: { bindings: [grant(CREATOR, 'group:oncall@acme.com')] } },
      ],
    });
    const report = await run(fileOf(chainOf('a')));
    expect(kindAndAccounts(report)).toEqual([
      ['unexpected-impersonator', ops('minter'), 'group:oncall@acme.com'],
      ['unexpected-impersonator', data('reader'), 'user:eve@acme.com'],
    ]);
    expect(report.findings[0]?.evidence.accounts).toEqual([ops('minter'), ops('relay'), AUDITOR]);
  });

  it('is not clean if a folder could not be read, and names the folder', async () => {
    const blind = READING.includedPermissions.filter((p) => !p.includes('folders'));
    await post('seed', { accounts: [], roles: [{ ...READING, includedPermissions: blind }] });
    const report = await run(fileOf(chainOf('a')));
    expect(report.clean).toBe(false);
    expect(report.coverage.unread.map(({ resource }) => resource)).toContain(
      'folders/800000000001',
    );
    expect(statesOf(report)).toEqual([['unknown', 'unknown', 'unknown']]);
  });

  it('reads everything else while the secrets of one project wait for quota', async () => {
    const { promise: quota, resolve } = Promise.withResolvers<void>();
    const policies = await policiesAt(() => local.state.now(), { ...WIRE, wait: () => quota });
    const many = Array.from({ length: 150 }, (_, i) => chainOf(`many-${i}`));
    const elsewhere = chainOf('elsewhere', { secret: 'projects/acme-data/secrets/elsewhere' });
    const audited = run(fileOf(...many, elsewhere), policies);
    const last = [
      `POST /v1/projects/acme-data/serviceAccounts/${READER_ID}:getIamPolicy`,
      'GET /v1/projects/acme-data/secrets/elsewhere:getIamPolicy',
    ];
    const isRead = () => last.every((call) => asked().includes(call));
    for (let n = 0; n < 500 && !isRead(); n++) await sleep(10);
    expect(asked()).toEqual(expect.arrayContaining(last));
    resolve();
    expect((await audited).coverage.unread).toEqual([]);
  });

  it('retries a read while Google is busy', async () => {
    const faults = [{ path: 'getIamPolicy', status: 503, times: 3 }];
    await post('faults', faults, 'PUT');
    expect((await run(fileOf(chainOf('a')))).clean).toBe(true);
  });
});
