import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../../shared/domain/rotation/status.ts';
import { MINTER, RELAY, TARGET } from '../rotation-world.ts';
import { CHAINS, type DeployedAudit, deployAudit } from './deployed-audit.ts';

let deployed: DeployedAudit;
let world: DeployedAudit['world'];
let audit: DeployedAudit['audit'];
let lines: DeployedAudit['lines'];
let post: DeployedAudit['post'];
beforeAll(async () => {
  deployed = await deployAudit();
  ({ world, audit, lines, post } = deployed);
}, 30_000);
afterAll(() => deployed?.close());

type Line = Record<string, unknown> & { readonly message: string };
const diagnosed = (): Line[] =>
  lines.map((line) => JSON.parse(line) as Line).filter(({ event }) => event === 'diagnosed');
const newReport = () =>
  fetch(audit.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
const get = (path: string, accept = 'application/json') =>
  fetch(`${audit.url}${path}`, { headers: { accept } });

describe('GET /status', () => {
  it('reports a chain that was never minted, with 409 only for an uptime check', async () => {
    expect((await get('/status?strict=1')).status).toBe(409);
    const answer = await get('/status');
    expect(answer.status).toBe(200);
    const { healthy, chains } = (await answer.json()) as Status;
    expect(healthy).toBe(false);
    expect(chains).toMatchObject([{ name: 'export', state: 'never', version: null }]);
  });

  it('is 200 after the mint and an audit, as JSON and as text, and costs one list call', async () => {
    await world.tick();
    expect(await (await get('/status?strict=1')).json()).toMatchObject({
      healthy: false,
      audit: { generatedAt: null, isOld: true },
      chains: [{ state: 'fresh', observedAt: null }],
    });
    await newReport();
    const before = world.local.state.requests.length;
    const strict = await get('/status?strict=1');
    expect(strict.status).toBe(200);
    const calls = world.local.state.requests
      .slice(before)
      .map(({ api, apiMethod }) => `${api} ${apiMethod}`);
    expect(calls).toEqual(['secretmanager projects.secrets.list']);
    expect(await strict.json()).toMatchObject({
      cloud: 'LOCAL',
      healthy: true,
      ticks: { stopped: false },
      audit: { generatedAt: expect.any(String), isOld: false, brokenHops: [] },
      chains: [{ state: 'fresh', version: 1, observedAt: expect.any(String) }],
    });
    const text = await get('/status', 'text/plain');
    expect(text.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await text.text()).toMatch(
      /^LOCAL\nfresh +export +access-token +v1 +expires in \d+m +minted \d+s ago +observed \d+s ago$/m,
    );
  });

  it('is 409 after an audit has seen that the newest version is disabled', async () => {
    const kept = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    const [version] = kept?.versions ?? [];
    if (!kept || !version) throw new Error('no version');
    kept.versions[0] = { ...version, state: 'DISABLED' };
    await newReport();
    const strict = await get('/status?strict=1');
    expect(strict.status).toBe(409);
    expect(await strict.json()).toMatchObject({
      chains: [{ state: 'unusable', observedAt: expect.any(String) }],
    });
    kept.versions[0] = version;
    await newReport();
    expect((await get('/status?strict=1')).status).toBe(200);
  });

  const rows: { title: string; method: string; path: string; status: number }[] = [
    { title: 'refuses a POST', method: 'POST', path: '/status', status: 405 },
    { title: 'refuses an unknown format', method: 'GET', path: '/status?format=pdf', status: 400 },
    { title: 'refuses an unknown path', method: 'GET', path: '/nowhere', status: 404 },
    { title: 'refuses a GET of a path for pushes', method: 'GET', path: '/failed', status: 405 },
  ];
  it.each(rows)('$title', async ({ method, path, status }) => {
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${audit.url}${path}`, { method, headers })).status).toBe(status);
  });
});

describe('GET /', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  const PROMETHEUS =
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1';
  const rows: { title: string; path: string; accept: string; contentType: string; body: RegExp }[] =
    [
      {
        title: 'JSON to a client that accepts anything',
        path: '/',
        accept: '*/*',
        contentType: 'application/json; charset=utf-8',
        body: /"cloud": "LOCAL"/,
      },
      {
        title: 'a page to a browser',
        path: '/',
        accept: BROWSER,
        contentType: 'text/html; charset=utf-8',
        body: /^<!doctype html>.*LOCAL/s,
      },
      {
        title: 'metrics to Prometheus',
        path: '/',
        accept: PROMETHEUS,
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: /^# HELP hopmint_.*cloud="LOCAL"/s,
      },
      {
        title: 'text to a terminal',
        path: '/',
        accept: 'text/plain',
        contentType: 'text/plain; charset=utf-8',
        body: /^LOCAL\naudit of /,
      },
      {
        title: 'what is asked for by name',
        path: '/?format=sarif',
        accept: BROWSER,
        contentType: 'application/sarif+json; charset=utf-8',
        body: /"cloud": "LOCAL"/,
      },
    ];
  it.each(rows)('gives $title, and says LOCAL', async ({ path, accept, contentType, body }) => {
    const answer = await get(path, accept);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, contentType]);
    expect(body.test(await answer.text())).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      age: expect.stringMatching(/^\d+$/),
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; .*frame-ancestors 'none'/,
      ),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('points SARIF at the line of the chain file where a chain begins', async () => {
    await post('seed', { accounts: [{ email: TARGET, disabled: true }] });
    await newReport();
    const { runs } = (await (await get('/?format=sarif&severity=high')).json()) as {
      runs: [{ results: { ruleId: string; locations: { physicalLocation: object }[] }[] }];
    };
    const [disabled] = runs[0].results.filter(({ ruleId }) => ruleId === 'account-disabled');
    expect(disabled?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'chains.yaml', index: 0 },
      region: { startLine: CHAINS.split('\n').indexOf('  - name: export') + 1 },
    });
    await post('seed', { accounts: [{ email: TARGET, disabled: false }] });
    await newReport();
  });

  it('leaves out what is not asked for, and says so', async () => {
    const report = await (await get('/?chain=export&severity=info,low')).json();
    expect(report).toMatchObject({
      filter: { chains: ['export'], severities: ['info', 'low'] },
      chains: [{ name: 'export' }],
    });
  });

  const wrong: { path: string; message: string }[] = [
    { path: '/?chain=exprot', message: 'chain="exprot" does not exist: write chain=export\n' },
    {
      path: '/?severity=urgent&format=html',
      message: 'severity="urgent" does not exist: write one of critical, high, medium, low, info\n',
    },
    { path: '/?format=pdf', message: 'format is one of json, html, sarif, prometheus, text\n' },
  ];
  it.each(wrong)('refuses $path, and says what to write', async ({ path, message }) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([400, message]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('hopmint-failed, pushed to the audit', () => {
  /** Runs a rotation that fails, and waits for the diagnosis of the audit. */
  const fail = async (): Promise<Line> => {
    const before = diagnosed().length;
    world.advanceMinutes(1); // a forced tick asks for a rotation after the last one
    expect(await world.tick({ force: true })).toMatchObject([{ ok: false }]);
    const deadline = performance.now() + 10_000;
    while (diagnosed().length === before && performance.now() < deadline) await sleep(25);
    expect(diagnosed()).toHaveLength(before + 1);
    return diagnosed()[before] as Line;
  };
  const relayGrant = (...members: string[]) => ({
    accounts: [
      {
        email: RELAY,
        policy: { bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members }] },
      },
    ],
  });

  // google-github-actions/auth#340, #426 and #455: the only message was "denied on resource (or it may not exist)".
  it('names the hop, the accounts, the permission and the fix', async () => {
    await post('seed', relayGrant('user:eve@acme.com'));
    expect(await fail()).toMatchObject({
      severity: 'ERROR',
      chain: 'export',
      reason: 'mint-denied',
      cause: 'hop',
      permission: 'iam.serviceAccounts.implicitDelegation',
      target: TARGET,
      hop: { number: 1, from: MINTER, to: RELAY, state: 'missing' },
      fix: `gcloud iam service-accounts add-iam-policy-binding ${RELAY} --member=serviceAccount:${MINTER} --role=roles/iam.serviceAccountTokenCreator --condition=None --project=acme-ops`,
      message: `export: hop 1: ${MINTER} needs iam.serviceAccounts.implicitDelegation on ${RELAY}, and has no grant`,
    });
    // A subscriber gets the whole failure too, and no secret.
    expect(await world.failures()).toEqual([
      {
        chain: 'export',
        reason: 'mint-denied',
        disposition: 'retry',
        detail: 'mint: Google answered 403 IAM_PERMISSION_DENIED',
        permission: 'iam.serviceAccounts.implicitDelegation',
        status: 403,
        correlationId: 'tick-2',
        at: world.clock.now.toISOString(),
      },
    ]);
  });

  // hashicorp/vault-plugin-secrets-gcp#111: a grant that spreads was taken for one that is missing.
  it('says that a grant is propagating while the policies look right', async () => {
    await post('settings', { propagationSeconds: 300 }, 'PUT');
    await post('seed', relayGrant(`serviceAccount:${MINTER}`));
    const line = await fail();
    expect(line).toMatchObject({ severity: 'WARNING', cause: 'propagating' });
    expect(line.message).toMatch(
      /^export: every hop looks right: a new grant takes effect after some minutes/,
    );
    expect(line.hop).toBeUndefined();
    await post('settings', { propagationSeconds: 0 }, 'PUT');
  });

  it('names the secret that is not there, and reads no policy for it', async () => {
    world.local.state.secrets.delete('projects/acme-ops/secrets/export');
    const before = world.local.state.requests.length;
    expect(await fail()).toMatchObject({
      cause: 'secret',
      reason: 'secret-missing',
      fix: 'gcloud secrets create export --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic',
    });
    const apis = world.local.state.requests.slice(before).map(({ api }) => api);
    expect(apis).not.toContain('iam');
  });

  it('acknowledges what it does not understand, and says so', async () => {
    const data = Buffer.from('{"chain": "export", "reason": "<script>"}').toString('base64');
    const answer = await fetch(`${audit.url}/failed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: { data, messageId: '1' }, subscription: 's' }),
    });
    expect(answer.status).toBe(204);
    expect(lines.join('\n')).toMatch(/message-malformed.*reason: invalid_value/);
    expect(lines.join('\n')).not.toContain('script');
  });

  it('logs no credential', () => {
    const all = lines.join('\n');
    for (const token of world.local.state.tokens.keys()) expect(all).not.toContain(token);
  });
});
