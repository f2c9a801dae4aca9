import type { Auditor, AuditorOptions } from '../../../functions/audit/auditor.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { parseChange } from '../../../shared/domain/audit/changed-resources.ts';
import { chain, now } from '../../domain/audit/audit-world.ts';
import { CREATOR, READER, RELAY } from '../../domain/iam/snapshots.ts';
import { AUDITOR, changeOf, member, openAuditor, seed, state } from './alerts/changing-world.ts';

describe('an auditor that learns of changes', () => {
  let local: LocalCloud;
  let auditor: Auditor;
  let gate: PromiseWithResolvers<void>;
  let clock: Date;
  let logged: string[];
  const open = (
    kept: typeof state | undefined = state,
    more: Partial<AuditorOptions> = {},
  ): Promise<Auditor> =>
    openAuditor(local, {
      ...more,
      state: kept,
      log: {
        audited: () => logged.push('audited'),
        alert: ({ event, finding }) => {
          if (finding.kind !== 'canary') logged.push(`${event} ${finding.kind}`);
        },
        healing: (chains) => logged.push(`healing ${chains.join(' ')}`),
        notStored() {},
        notHealed: ({ reason }) => logged.push(`notHealed ${reason}`),
        broken: () => {},
        ahead: () => {},
        notSent: ({ reason }) => logged.push(`notSent ${reason}`),
      },
      newId: () => String(logged.length),
      wait: () => gate.promise,
    });
  beforeEach(async () => {
    clock = now;
    logged = [];
    gate = Promise.withResolvers();
    local = await startLocalCloud({ seed, now: () => clock });
    auditor = await open();
  });
  afterEach(() => local.close());

  /** The reads of policies since the last call. */
  const asked = () =>
    local.state.requests
      .splice(0)
      .filter(
        ({ api, path }) =>
          ['iam', 'cloudresourcemanager', 'orgpolicy'].includes(api ?? '') ||
          path.includes('secrets/'),
      )
      .map(({ path }) => path.split('?')[0]);
  const grantEve = () =>
    local.state.policies.set(`projects/acme-data/serviceAccounts/${READER}`, {
      bindings: [{ role: CREATOR, members: [member(RELAY), 'user:eve@acme.com'] }],
    });
  const revokeEve = () =>
    local.state.policies.set(`projects/acme-data/serviceAccounts/${READER}`, {
      bindings: [{ role: CREATOR, members: [member(RELAY)] }],
    });
  const later = () => {
    clock = new Date(clock.getTime() + 60_000);
  };

  it('stores 1,000 findings, and closes none of those that it leaves out', async () => {
    const titled = Array.from({ length: 1005 }, (_, i) => ({
      role: CREATOR,
      members: ['user:eve@acme.com'],
      condition: { title: `grant ${i}`, expression: 'true' },
    }));
    const grantTo = (...others: string[]) =>
      local.state.policies.set(`projects/acme-data/serviceAccounts/${READER}`, {
        bindings: [{ role: CREATOR, members: [member(RELAY), ...others] }, ...titled],
      });
    const openFindings = () => {
      const text = local.state.objects.get(`${state.bucket}/${state.name}`)?.data;
      return String(text)
        .split('\n')
        .filter((line) => line.startsWith('{"open":') && !line.includes('"kind":"canary"')).length;
    };
    grantTo();
    await auditor.renew();
    expect(logged.filter((line) => line === 'opened unexpected-impersonator')).toHaveLength(1005);
    const before = openFindings();
    logged = [];
    later();
    grantTo('allUsers');
    await auditor.renew();
    expect(logged).toEqual(['audited', 'opened public']);
    const { value } = await (await open()).last();
    expect(value.findings).toHaveLength(1000);
    expect(value.findings[0]?.kind).toBe('public');
    expect(value.leftOut).toEqual([
      { kind: 'unexpected-impersonator', severity: 'high', count: 7 },
    ]);
    expect(openFindings()).toBe(before + 1);
  });

  it('reads only the changed resources again, once for all changes of a batch', async () => {
    await auditor.renew();
    asked();
    later();
    const changes = [
      auditor.changed(changeOf(`projects/acme-data/serviceAccounts/${READER}`)),
      auditor.changed(changeOf('projects/-/serviceAccounts/100000000000000000003')),
    ];
    expect(asked()).toEqual([]);
    gate.resolve();
    await Promise.all(changes);
    expect(asked().sort()).toEqual([
      `/v1/projects/acme-data/serviceAccounts/100000000000000000003/keys`,
      `/v1/projects/acme-data/serviceAccounts/100000000000000000003:getIamPolicy`,
      `/v1/projects/acme-data/serviceAccounts/${READER}`,
    ]);
  });

  it('reads all again that a finding rests on before it opens or closes', async () => {
    await auditor.renew();
    const opened = () => logged.filter((line) => line.includes('impersonator'));
    const basis = [
      '/v1/projects/acme-data/serviceAccounts/100000000000000000003:getIamPolicy',
      '/v1/projects/acme-ops/serviceAccounts/100000000000000000001:getIamPolicy',
      '/v1/projects/acme-ops/serviceAccounts/100000000000000000002:getIamPolicy',
      `/v1/roles/iam.serviceAccountTokenCreator`,
    ];
    gate.resolve();
    for (const change of [grantEve, revokeEve]) {
      asked();
      change();
      later();
      await auditor.changed(changeOf(`projects/acme-data/serviceAccounts/${READER}`));
      expect(asked()).toEqual(expect.arrayContaining(basis));
    }
    expect(opened()).toEqual(['opened unexpected-impersonator', 'closed unexpected-impersonator']);
  });

  it('reads a project again that the log names by its number', async () => {
    await auditor.renew();
    asked();
    const changed = auditor.changed(changeOf('projects/700000000002'));
    gate.resolve();
    await changed;
    expect(asked()).toEqual(['/v3/projects/acme-data', '/v3/projects/acme-data:getIamPolicy']);
  });

  it('reads the entitlements of a container again, and reports who can request access now', async () => {
    await auditor.renew();
    later();
    const name = 'projects/acme-data/locations/global/entitlements/oncall';
    const resource = '//cloudresourcemanager.googleapis.com/projects/acme-data';
    local.state.entitlements.set(name, {
      name,
      createTime: now.toISOString(),
      etag: 'abc',
      eligibleUsers: [{ principals: ['user:eve@acme.com'] }],
      privilegedAccess: {
        gcpIamAccess: {
          resourceType: 'cloudresourcemanager.googleapis.com/Project',
          resource,
          roleBindings: [{ role: CREATOR }],
        },
      },
      maxRequestDuration: '3600s',
      requesterJustificationConfig: { notMandatory: {} },
    });
    logged = [];
    gate.resolve();
    // The log names the project by its number.
    await auditor.changed(changeOf(name.replace('acme-data', '700000000002')));
    expect(logged).toContain('opened latent-grant');
    local.state.entitlements.clear();
    later();
    await auditor.changed(changeOf(name));
    expect(logged).toContain('closed latent-grant');
  });

  it('reads changed deny policies again, which are otherwise cached for one hour', async () => {
    await auditor.renew();
    asked();
    const changed = auditor.changed(
      changeOf('policies/cloudresourcemanager.googleapis.com%2Forganizations%2F91/denypolicies/no'),
    );
    gate.resolve();
    await changed;
    expect(asked()).toEqual([
      '/v2/policies/cloudresourcemanager.googleapis.com%2Forganizations%2F91/denypolicies',
    ]);
  });

  it('lists the versions of a secret again a minute after a rotation, after an event, and after 15 minutes', async () => {
    const secret = chain.secret;
    const createTime = now.toISOString();
    const seeded = { name: secret, labels: { 'managed-by': 'hopmint' } };
    await fetch(`${local.url}/_local/seed`, {
      method: 'POST',
      body: JSON.stringify({ accounts: [], secrets: [seeded] }),
    });
    const rotated = (number: number) => {
      const kept = local.state.secrets.get(secret);
      const version = { number, createTime, state: 'ENABLED' as const, etag: '"1"' };
      kept?.versions.push({ ...version, clientSpecifiedPayloadChecksum: true });
      if (kept) kept.annotations['hopmint-current'] = String(number);
    };
    const lists = () => asked().filter((path) => path?.endsWith('/versions')).length;
    const listsAfter = async (name: string) => {
      const changed = auditor.changed(changeOf(name));
      gate.resolve();
      await changed;
      return lists();
    };
    rotated(1);
    await auditor.renew();
    expect(lists()).toBe(1);
    expect(await listsAfter('projects/acme-data')).toBe(0);
    rotated(2);
    later();
    expect(await listsAfter('projects/acme-data')).toBe(1);
    expect(await listsAfter(`${secret}/versions/2`)).toBe(1);
    clock = new Date(clock.getTime() + 15 * 60_000);
    expect(await listsAfter('projects/acme-data')).toBe(1);
  });

  it('reads again what has changed after some minutes, twice, as IAM may still have answered with the old policy', async () => {
    await auditor.renew();
    gate.resolve();
    later();
    await auditor.changed(changeOf(`projects/acme-data/serviceAccounts/${READER}`));
    const heard = () => logged.filter((line) => line.includes('impersonator'));
    grantEve();
    await auditor.observe();
    expect(heard()).toEqual([]);
    clock = new Date(clock.getTime() + 3 * 60_000);
    await auditor.observe();
    expect(heard()).toEqual(['opened unexpected-impersonator']);
    revokeEve();
    clock = new Date(clock.getTime() + 3 * 60_000);
    await auditor.observe();
    expect(heard()).toHaveLength(1);
    clock = new Date(clock.getTime() + 4 * 60_000);
    await auditor.observe();
    expect(heard()).toEqual(['opened unexpected-impersonator', 'closed unexpected-impersonator']);
  });

  it('reads again later what it could not read after a change', async () => {
    await auditor.renew();
    gate.resolve();
    later();
    grantEve();
    local.state.faults = [{ path: '000003:getIamPolicy', status: 403, times: 1 }];
    await auditor.changed(changeOf(`projects/acme-data/serviceAccounts/${READER}`));
    const heard = () => logged.filter((line) => line.includes('impersonator'));
    expect(heard()).toEqual([]);
    clock = new Date(clock.getTime() + 3 * 60_000);
    await auditor.observe();
    expect(heard()).toEqual(['opened unexpected-impersonator']);
  });

  it('closes nothing that it knows only from a state that it could not read before', async () => {
    await auditor.renew();
    later();
    const { bindings = [] } = local.state.policies.get('organizations/91') ?? {};
    const administers = {
      role: 'roles/resourcemanager.organizationAdmin',
      members: ['user:adam@acme.com'],
    };
    local.state.policies.set('organizations/91', { bindings: [...bindings, administers] });
    await auditor.renew();
    later();
    const another = await open();
    local.state.faults = [{ path: 'o/state.json', status: 403, times: 1 }];
    await another.renew();
    expect(local.state.faults[0]?.times).toBe(0);
    expect(logged.filter((line) => line.includes('administrator'))).toEqual([
      'opened unexpected-administrator',
    ]);
  });

  it('reads each policy again that names a deleted account', async () => {
    const quiet = 'quiet@acme-ops.iam.gserviceaccount.com';
    const bindTo = (text: string) =>
      local.state.policies.set(`projects/acme-data/serviceAccounts/${READER}`, {
        bindings: [{ role: CREATOR, members: [member(RELAY), text] }],
      });
    bindTo(member(quiet));
    await auditor.renew();
    gate.resolve();
    later();
    bindTo(`deleted:${member(quiet)}?uid=100000000000000000077`);
    const deletion = parseChange({
      protoPayload: {
        resourceName: 'projects/-/serviceAccounts/100000000000000000077',
        methodName: 'google.iam.admin.v1.DeleteServiceAccount',
      },
      resource: { labels: { email_id: quiet, unique_id: '100000000000000000077' } },
    });
    await auditor.changed(deletion?.names ?? []);
    expect(logged.filter((line) => line.includes('impersonator'))).toEqual([
      'opened unexpected-impersonator',
      'closed unexpected-impersonator',
    ]);
  });

  it('does nothing for a change of a resource that it did not read, and does not wait for other changes', async () => {
    await auditor.renew();
    asked();
    await auditor.changed(changeOf('projects/elsewhere'));
    expect(asked()).toEqual([]);
    expect(logged.filter((line) => line === 'audited')).toHaveLength(1);
  });

  it('returns at once for a secret that no chain uses', async () => {
    await auditor.renew();
    asked();
    await auditor.changed(changeOf('projects/acme-ops/secrets/of-somebody-else'));
    expect(asked()).toEqual([]);
  });

  it('makes only the first of the changes before the first audit wait for this audit', async () => {
    const first = auditor.changed(changeOf('projects/elsewhere'));
    for (let i = 0; i < 100; i++) await auditor.changed(changeOf(`projects/elsewhere-${i}`));
    expect(asked()).toEqual([]);
    gate.resolve();
    await first;
    expect(logged.filter((line) => line === 'audited')).toHaveLength(1);
  });

  it('reads everything if a change comes before the first audit', async () => {
    const changed = auditor.changed(changeOf('projects/elsewhere'));
    gate.resolve();
    await changed;
    expect(asked().length).toBeGreaterThan(10);
  });

  it('reads everything again for a new report', async () => {
    await auditor.renew();
    const first = asked();
    await auditor.renew();
    // Deny policies stay cached for one hour, and access boundaries too.
    expect(asked().sort()).toEqual(
      first.filter((path) => !/denypolicies|policyBindings/.test(path ?? '')).sort(),
    );
  });

  it('returns the last report of any process', async () => {
    const { value } = await auditor.renew();
    asked();
    later();
    const another = await open();
    expect((await another.last()).value).toEqual(JSON.parse(JSON.stringify(value)));
    expect(asked()).toEqual([]);
  });

  it('reads the bucket once for a thousand requests at once, and again after ten seconds', async () => {
    await auditor.renew();
    const readsOf = async (count: number) => {
      local.state.requests.splice(0);
      await Promise.all(Array.from({ length: count }, () => auditor.last()));
      return local.state.requests.filter(({ api }) => api === 'storage').length;
    };
    expect(await readsOf(1000)).toBe(3); // the metadata of the state, which name the report, and the report: its generation and its content
    expect(await readsOf(1000)).toBe(0);
    clock = new Date(clock.getTime() + 10_000);
    expect(await readsOf(1000)).toBe(3);
  });

  it('knows the last report of any process, or its own if that is newer, and makes none', async () => {
    expect(await auditor.known()).toBeUndefined();
    expect(logged).toEqual([]);
    await auditor.renew();
    later();
    const another = await open();
    expect((await another.known())?.generatedAt).toBe(now.toISOString());
    const readOnly = { role: 'roles/storage.objectViewer', members: [member(AUDITOR)] };
    local.state.policies.set(`buckets/${state.bucket}`, { bindings: [readOnly] });
    const { value } = await auditor.renew();
    expect(await auditor.known()).toEqual(value);
    expect(value.generatedAt).toBe(clock.toISOString());
  });

  it('stores and sends what it has found, if the time for reading is over', async () => {
    await auditor.renew();
    later();
    const late = await open(state, { signal: () => AbortSignal.abort() });
    const { value } = await late.renew();
    expect(value.coverage.unread.length).toBeGreaterThan(5);
    expect(logged.filter((line) => line.startsWith('notSent'))).toEqual([]);
    expect((await auditor.known())?.generatedAt).toBe(clock.toISOString());
  });

  it('makes a report, and logs that it was not sent, if the bucket does not answer', async () => {
    local.state.policies.delete(`buckets/${state.bucket}`);
    expect((await auditor.last()).value.chains).toHaveLength(1);
    expect(logged).toContain('notSent policy-denied');
  });
});
