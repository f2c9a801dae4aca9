import {
  account,
  binding,
  type ChainCloud,
  chainWorld,
  DATA,
  NOW,
  openChainCloud,
  outcomeOf,
  target,
} from '../../chain-cloud.ts';

const BASE = '/v1/projects/acme-data/locations/global/entitlements';
const ONCALL = `${BASE}/oncall`;
const MINT = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
const SCOPE = { scope: ['https://www.googleapis.com/auth/cloud-platform'] };
const eve = 'user:eve@acme.com';
const lead = 'user:lead@acme.com';
const admin = 'user:admin@acme.com';
const CREATOR = 'roles/iam.serviceAccountTokenCreator';

const entitlement = (more: object = {}) => ({
  eligibleUsers: [{ principals: [eve, lead] }],
  privilegedAccess: { gcpIamAccess: { roleBindings: [{ role: CREATOR }] } },
  maxRequestDuration: '3600s',
  requesterJustificationConfig: { unstructured: {} },
  ...more,
});
const approval = {
  approvalWorkflow: { manualApprovals: { steps: [{ approvers: [{ principals: [lead] }] }] } },
};

describe('Privileged Access Manager', () => {
  let cloud: ChainCloud;
  let now: Date;
  const open = async (entitlements: object[] = []) => {
    now = NOW;
    const world = chainWorld();
    const [ops, data] = world.projects;
    const policy = {
      bindings: [
        binding('roles/privilegedaccessmanager.admin', admin, 'user:half@acme.com'),
        binding('roles/iam.securityAdmin', admin),
        binding('roles/privilegedaccessmanager.viewer', account(`batch@${DATA}`)),
      ],
    };
    cloud = await openChainCloud(
      { ...world, projects: [ops, { ...data, policy }], entitlements },
      () => now,
    );
  };
  afterEach(() => cloud.close());
  const seeded = (more: object = {}) =>
    open([
      { name: 'projects/acme-data/locations/global/entitlements/oncall', ...entitlement(more) },
    ]);
  const ask = (who: string, body: object = {}) =>
    cloud.call(who, 'POST', `${ONCALL}/grants`, {
      requestedDuration: '1800s',
      justification: { unstructuredJustification: 'INC-1' },
      ...body,
    });

  it('gives who may request it the role at once if nobody approves, and takes it back', async () => {
    await seeded();
    expect(outcomeOf(await cloud.call(eve, 'POST', MINT, SCOPE))).toMatch(/^403/);
    const { status, body } = await ask(eve);
    expect({ status, state: body.state, requester: body.requester }).toEqual({
      status: 200,
      state: 'ACTIVE',
      requester: 'eve@acme.com',
    });
    expect((await cloud.call(eve, 'POST', MINT, SCOPE)).status).toBe(200);
    expect(cloud.state.policies.get('projects/acme-data')?.bindings?.at(-1)).toEqual({
      role: CREATOR,
      members: [eve],
      condition: {
        title: 'Created by: PAM',
        expression: 'request.time < timestamp("2026-11-22T12:30:00.000Z")',
      },
    });
    now = new Date(NOW.getTime() + 1_801_000);
    expect(outcomeOf(await cloud.call(eve, 'POST', MINT, SCOPE))).toMatch(/^403/);
    const { body: list } = await cloud.call(admin, 'GET', `${ONCALL}/grants`);
    expect(list.grants).toMatchObject([{ state: 'ENDED' }]);
  });

  it('waits for an approver who did not ask, and names the approver', async () => {
    await seeded(approval);
    const { body } = await ask(lead);
    expect(body.state).toBe('APPROVAL_AWAITED');
    const path = `/v1/${String(body.name).replace('700000000002', 'acme-data')}`;
    expect(outcomeOf(await cloud.call(lead, 'POST', `${path}:approve`, {}))).toMatch(/^403/);
    const asked = await ask(eve);
    const other = `/v1/${String(asked.body.name)}`;
    expect(outcomeOf(await cloud.call(eve, 'POST', MINT, SCOPE))).toMatch(/^403/);
    const approved = await cloud.call(lead, 'POST', `${other}:approve`, {});
    expect(approved.body).toMatchObject({
      state: 'ACTIVE',
      timeline: { events: [{}, { approved: { actor: 'lead@acme.com' } }, {}] },
    });
    expect((await cloud.call(eve, 'POST', MINT, SCOPE)).status).toBe(200);
    expect(outcomeOf(await cloud.call(lead, 'POST', `${other}:approve`, {}))).toMatch(/^400/);
  });

  it.each<{ title: string; who: string; body?: object; outcome: RegExp }>([
    { title: 'who is not eligible', who: admin, outcome: /^403 PERMISSION_DENIED/ },
    { title: 'too long a time', who: eve, body: { requestedDuration: '3601s' }, outcome: /^400/ },
    { title: 'no reason', who: eve, body: { justification: null }, outcome: /^400/ },
  ])('refuses a request with $title', async ({ who, body, outcome }) => {
    await seeded();
    expect(outcomeOf(await ask(who, body))).toMatch(outcome);
  });

  it('lists entitlements in pages, to viewers only', async () => {
    await open(
      ['a', 'b', 'c'].map((id) => ({
        name: `projects/acme-data/locations/global/entitlements/${id}`,
        ...entitlement(),
      })),
    );
    const first = await cloud.call(`batch@${DATA}`, 'GET', `${BASE}?pageSize=2`);
    const names = (page: typeof first) =>
      (page.body.entitlements as { name: string }[]).map(({ name }) => name.split('/').at(-1));
    expect(names(first)).toEqual(['a', 'b']);
    const rest = await cloud.call(
      `batch@${DATA}`,
      'GET',
      `${BASE}?pageSize=2&pageToken=${first.body.nextPageToken}`,
    );
    expect(names(rest)).toEqual(['c']);
    expect(outcomeOf(await cloud.call(eve, 'GET', BASE))).toBe(
      '403 PERMISSION_DENIED privilegedaccessmanager.entitlements.list',
    );
  });

  it('creates and deletes an entitlement for who may also set the policy', async () => {
    await open();
    const create = (who: string, more: object = {}) =>
      cloud.call(who, 'POST', `${BASE}?entitlementId=oncall`, entitlement(more));
    expect(outcomeOf(await create('user:half@acme.com'))).toBe(
      '403 PERMISSION_DENIED resourcemanager.projects.setIamPolicy',
    );
    const basic = { gcpIamAccess: { roleBindings: [{ role: 'roles/owner' }] } };
    expect(outcomeOf(await create(admin, { privilegedAccess: basic }))).toMatch(/^400/);
    expect((await create(admin)).body).toMatchObject({ done: true });
    expect(outcomeOf(await create(admin))).toMatch(/^409/);
    await ask(eve);
    expect(outcomeOf(await cloud.call(admin, 'DELETE', ONCALL))).toMatch(
      /^400 FAILED_PRECONDITION/,
    );
    now = new Date(NOW.getTime() + 3_600_000);
    expect((await cloud.call(admin, 'DELETE', ONCALL)).body).toMatchObject({ done: true });
    expect(outcomeOf(await cloud.call(admin, 'GET', ONCALL))).toMatch(/^404/);
  });
});
