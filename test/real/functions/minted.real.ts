import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mintSink from '../../../deploy/mint-sink.json' with { type: 'json' };
import type { Auditor } from '../../../functions/audit/auditor.ts';
import { routeRequest } from '../../../functions/audit/routes.ts';
import {
  type ObservedWorld,
  openObservedWorld,
} from '../../functions/audit/observation/observed-world.ts';
import { chainOf, RELAY, TARGET, TOKEN } from '../../functions/rotation-world.ts';

const TOPIC = 'projects/acme-ops/topics/hopmint-minted';
const SINK = 'organizations/900000000001/sinks/hopmint-minted-acme-ops';
const ORGANIZATION = 'organizations/900000000001';
const EVE = 'user:eve@acme.com';

let observed: ObservedWorld;
let auditor: Auditor;
let server: Server;
let handled: Promise<unknown>[];

/** The audit function takes what the log sink publishes. */
beforeAll(async () => {
  observed = await openObservedWorld([chainOf('export', TOKEN)]);
  const { local } = observed.world;
  handled = [];
  server = createServer((request, response) => {
    const done = (async () => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const asked = { method: 'POST', path: '/minted', query: {}, accepts: () => false as const };
      const body: unknown = JSON.parse(Buffer.concat(pieces).toString());
      const { minted } = auditor;
      const malformed = (detail: string) => observed.logged.push(detail);
      const { status } = await routeRequest({ ...asked, body }, { minted, malformed } as never);
      response.writeHead(status).end();
    })();
    handled.push(done);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const policy = local.state.policies.get(ORGANIZATION);
  local.state.policies.set(ORGANIZATION, {
    ...policy,
    auditConfigs: [{ service: 'iam.googleapis.com', auditLogConfigs: [{ logType: 'ADMIN_READ' }] }],
  });
  const writer = 'serviceAccount:service-org-900000000001@gcp-sa-logging.iam.gserviceaccount.com';
  await observed.post('seed', {
    accounts: [],
    topics: [
      {
        name: TOPIC,
        policy: { bindings: [{ role: 'roles/pubsub.publisher', members: [writer] }] },
      },
    ],
    sinks: [
      {
        name: SINK,
        includeChildren: true,
        destination: `pubsub.googleapis.com/${TOPIC}`,
        filter: mintSink.filter.join('\n'),
      },
    ],
  });
  local.state.subscriptions.set('projects/acme-ops/subscriptions/hopmint-minted', {
    name: 'projects/acme-ops/subscriptions/hopmint-minted',
    topic: TOPIC,
    pushConfig: {
      pushEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/minted`,
    },
    ackDeadlineSeconds: 300,
    messageRetentionSeconds: 600,
    labels: {},
  });
});
afterAll(async () => {
  server.close();
  await observed.world.close();
});
beforeEach(() => {
  observed.world.clock.now = new Date(observed.world.clock.now.getTime() + 1000);
  auditor = observed.newAuditor();
  observed.logged.length = 0;
  handled.length = 0;
});

/** Waits for so many pushes. */
const pushed = async (count: number) => {
  const deadline = Date.now() + 5000;
  while (handled.length < count && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(handled);
  expect(handled).toHaveLength(count);
};
const mintAs = async (account: string, target = TARGET) => {
  const { accessToken } = await observed.post('token', { account });
  const { local } = observed.world;
  const path = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`;
  return fetch(`${local.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ scope: ['https://www.googleapis.com/auth/cloud-platform'] }),
  });
};
const kindsIn = async () => (await auditor.renew()).value.findings.map(({ kind }) => kind);
const allowEve = (members: string[]) => {
  const resource = `projects/acme-data/serviceAccounts/${TARGET}`;
  const { policies } = observed.world.local.state;
  const { bindings = [] } = policies.get(resource) ?? {};
  const role = 'roles/iam.serviceAccountTokenCreator';
  const others = bindings.filter((one) => !one.members.includes(EVE));
  policies.set(resource, {
    ...policies.get(resource),
    bindings: [...others, ...(members.length > 0 ? [{ role, members }] : [])],
  });
};

describe('the audit, where mints are logged', () => {
  it('finds nothing after rotations, and knows that they were stored when it starts again', async () => {
    await auditor.renew();
    observed.world.advanceMinutes(30);
    await observed.world.tick();
    await pushed(1);
    auditor = observed.newAuditor(); // the state survives
    observed.world.advanceMinutes(2);
    await auditor.observe();
    expect(await kindsIn()).not.toContain('mint-without-commit');
    expect(await kindsIn()).not.toContain('undeclared-mint');
    const { coverage } = (await auditor.renew()).value;
    expect(coverage.notCovered.filter(({ resource }) => resource.startsWith('mints'))).toEqual([]);
  });

  it('reports a mint that no chain declares at once, and once, also after the access is gone', async () => {
    await auditor.renew();
    observed.logged.length = 0;
    allowEve([EVE]);
    observed.world.advanceMinutes(1);
    expect((await mintAs(EVE)).status).toBe(200);
    await pushed(1);
    expect(observed.logged).toContain('opened undeclared-mint');
    allowEve([]);
    const before = observed.logged.length;
    await auditor.renew();
    expect(observed.logged.slice(before)).not.toContain('closed undeclared-mint');
    auditor = observed.newAuditor();
    expect(await kindsIn()).toContain('undeclared-mint');
  });

  it('ignores a mint that Google refused', async () => {
    expect((await mintAs('user:mallory@acme.com')).status).toBe(403);
    await pushed(1);
    expect(observed.logged).toEqual([]);
  });

  it('reports a mint of the caller that was not stored, within two minutes and a round', async () => {
    await auditor.renew();
    observed.world.advanceMinutes(10);
    expect((await mintAs('minter@acme-ops.iam.gserviceaccount.com')).status).toBe(200);
    await pushed(1);
    auditor = observed.newAuditor();
    observed.world.advanceMinutes(1);
    await auditor.observe();
    expect(observed.logged).not.toContain('opened mint-without-commit');
    observed.world.advanceMinutes(1);
    await auditor.observe();
    expect(observed.logged).toContain('opened mint-without-commit');
  });

  it('keeps the findings open if it cannot read what was seen', async () => {
    await auditor.renew();
    const { objects } = observed.world.local.state;
    const [key] = [...objects.keys()].filter((name) => name.endsWith('mints.json'));
    expect(key).toBeDefined();
    const url = `${observed.world.local.url}/_local/faults`;
    const faults = [{ path: 'mints\\.json', status: 403 }];
    await fetch(url, { method: 'PUT', body: JSON.stringify(faults) });
    auditor = observed.newAuditor();
    observed.logged.length = 0;
    const { coverage } = (await auditor.renew()).value;
    await fetch(url, { method: 'PUT', body: '[]' });
    expect(coverage.unread.map(({ resource }) => resource)).toContain('the log of mints');
    expect(observed.logged).not.toContain('closed undeclared-mint');
    expect(observed.logged).not.toContain('closed mint-without-commit');
  });

  it('names the projects without that log', async () => {
    const { policies } = observed.world.local.state;
    policies.set(ORGANIZATION, { ...policies.get(ORGANIZATION), auditConfigs: [] });
    const { coverage } = (await auditor.renew()).value;
    expect(
      coverage.notCovered.flatMap(({ resource }) =>
        resource.startsWith('mints') ? [resource] : [],
      ),
    ).toEqual([
      'mints of the accounts of projects/acme-data',
      'mints of the accounts of projects/acme-ops',
    ]);
    expect((await mintAs(RELAY)).status).toBe(200);
    expect(handled).toEqual([]);
  });
});
