import { OAuth2Client } from 'google-auth-library';
import { archive, lastReport } from '../../../../functions/audit/bucket/report-archive.ts';
import {
  type AlertMemory,
  type AlertOptions,
  OVERTAKEN,
  sendAlerts,
} from '../../../../functions/audit/send-alerts.ts';
import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import type { Alert } from '../../../../shared/domain/audit/alerts/alert-state.ts';
import { EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { err } from '../../../../shared/domain/basics/result.ts';
import { googleCloud } from '../../../../shared/google/cloud.ts';
import { hostsOf } from '../../../../shared/google/wire/http.ts';
import { chain, grant, now, report, withGrants } from '../../../domain/audit/audit-world.ts';
import { READER_POLICY } from '../../../domain/iam/snapshots.ts';

const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
const member = `serviceAccount:${AUDITOR}`;
const TOPIC = 'projects/acme-ops/topics/hopmint-drift';
const SUBSCRIPTION = 'projects/acme-ops/subscriptions/alerts';
const state = { bucket: 'acme-audits', name: 'hopmint/state.json' };
const seed = {
  projects: [
    {
      id: 'acme-ops',
      policy: {
        bindings: [
          { role: 'roles/pubsub.editor', members: ['user:ada@acme.com'] },
          { role: 'roles/pubsub.publisher', members: [member] },
        ],
      },
    },
  ],
  accounts: [{ email: AUDITOR }],
  topics: [TOPIC],
  buckets: [
    {
      name: state.bucket,
      project: 'acme-ops',
      policy: { bindings: [{ role: 'roles/storage.objectUser', members: [member] }] },
    },
  ],
};
const hour = 3_600_000;
const drifted = (hours = 0, chains = [chain]): Report =>
  report(
    withGrants(READER_POLICY, grant('user:eve@acme.com')),
    { chains },
    new Date(now.getTime() + hours * hour),
  );
const clean = (hours: number): Report =>
  report(withGrants(READER_POLICY), {}, new Date(now.getTime() + hours * hour));

describe('alerts with a state in a bucket', () => {
  let local: LocalCloud;
  let logged: Alert[];
  let clock: Date;
  let ids: number;
  let ahead: string[];
  let broken: number[];
  beforeEach(async () => {
    clock = now;
    ids = 0;
    ahead = [];
    broken = [];
    logged = [];
    local = await startLocalCloud({ seed, now: () => clock });
    await call('PUT', SUBSCRIPTION, { topic: TOPIC });
  });
  afterEach(() => local.close());

  const tokenOf = async (account: string) => {
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account }),
    });
    return String(((await answer.json()) as Record<string, string>).accessToken);
  };
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${local.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokenOf('user:ada@acme.com')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  /** An audit in a process of its own: the processes share only the cloud. */
  const options = async (change: Partial<AlertOptions> = {}): Promise<AlertOptions> => {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: await tokenOf(AUDITOR) });
    const self = { identity: async () => client, email: async () => AUDITOR };
    const { objects, topics } = googleCloud(hostsOf(local.url), () => new Date(), self);
    return {
      objects,
      topics,
      topic: TOPIC,
      state,
      log: (alert) => logged.push(alert),
      broken: (lost) => broken.push(lost),
      lastReport: async () => (await lastReport(state, objects, AbortSignal.timeout(5000)))?.value,
      stale: new Set(),
      movesCanary: false,
      failed: () => {},
      ahead: (reportAt) => ahead.push(reportAt),
      memory: { state: EMPTY_STATE, unrecorded: [] },
      pause: async () => {},
      now: () => clock,
      newId: () => `audit-${++ids}`,
      signal: AbortSignal.timeout(20_000),
      ...change,
    };
  };
  const send = async (one: Report, change?: Partial<AlertOptions>) => {
    const sent = await sendAlerts(one, await options(change));
    return sent.ok ? sent.value.map(({ event }) => event) : sent.error.reason;
  };
  /** Every message published since the last call. */
  const messages = async () => {
    const { receivedMessages = [] } = (await call('POST', `${SUBSCRIPTION}:pull`, {
      maxMessages: 100,
      returnImmediately: true,
    })) as {
      receivedMessages?: {
        ackId: string;
        message: { data: string; attributes: Record<string, string> };
      }[];
    };
    const ackIds = receivedMessages.map(({ ackId }) => ackId);
    if (ackIds.length > 0) await call('POST', `${SUBSCRIPTION}:acknowledge`, { ackIds });
    return receivedMessages.map(({ message }) => message);
  };

  // abcxyz/guardian#145: a drift that had ended stayed open.
  it('open and close once each, in whichever process the audit runs', async () => {
    expect(await send(drifted(0))).toEqual(['opened']);
    expect(await send(drifted(1))).toEqual([]);
    expect(await send(clean(2))).toEqual(['closed']);
    expect(await send(clean(3))).toEqual([]);
    expect(logged.map(({ event }) => event)).toEqual(['opened', 'closed']);
    const sent = await messages();
    expect(sent.map(({ attributes }) => attributes)).toEqual(
      ['opened', 'closed'].map((event, i) => ({
        event,
        reportAt: [drifted(0), clean(2)][i]?.generatedAt,
        fingerprint: drifted().findings[0]?.fingerprint,
        chain: '',
        'chain/billing-export': 'affected',
        part: '1',
        severity: 'high',
        kind: 'unexpected-impersonator',
      })),
    );
    expect(JSON.parse(Buffer.from(sent[0]?.data ?? '', 'base64').toString())).toMatchObject({
      event: 'opened',
      kind: 'unexpected-impersonator',
      member: 'user:eve@acme.com',
      fix: expect.stringContaining('remove-iam-policy-binding'),
    });
  });

  it('have each chain as a key, for filters, in as many messages as the keys need', async () => {
    const chains = Array.from({ length: 200 }, (_, i) => ({ ...chain, name: `c-${i}` }));
    expect(await send(drifted(0, chains))).toEqual(['opened']);
    const sent = await messages();
    const keys = sent.flatMap(({ attributes }) =>
      Object.keys(attributes).filter((key) => key.startsWith('chain/')),
    );
    expect(keys.sort()).toEqual(chains.map(({ name }) => `chain/${name}`).sort());
    expect(sent.map(({ attributes }) => attributes.part).sort()).toEqual(['1', '2', '3']);
    expect(new Set(sent.map(({ data }) => data)).size).toBe(1);
  });

  it('have the attribute chainsLeftOut if they affect more than 200 chains', async () => {
    const chains = Array.from({ length: 203 }, (_, i) => ({ ...chain, name: `c-${i}` }));
    await send(drifted(0, chains));
    const sent = await messages();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ attributes }) => attributes.chainsLeftOut))).toEqual(new Set(['3']));
    const message = JSON.parse(Buffer.from(sent[0]?.data ?? '', 'base64').toString());
    expect(message).toMatchObject({ chainCount: 203 });
    expect(message.chains).toHaveLength(200);
  });

  it('open once although eight audits end at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => send(drifted(0))));
    expect(all.flat()).toEqual(['opened']);
    expect(await messages()).toHaveLength(1);
  });

  it('of a process that dies before it sends them are sent by the next process after the deadline', async () => {
    const gone = () => Promise.reject(new Error('gone'));
    const dies = { publish: gone, publishOnce: gone };
    await expect(send(drifted(0), { topics: dies })).rejects.toThrow('gone');
    expect(await messages()).toHaveLength(0);
    expect(await send(drifted(1 / 60))).toEqual([]);
    clock = new Date(now.getTime() + 121_000);
    expect(await send(drifted(0.05))).toEqual(['opened']);
    expect(await messages()).toHaveLength(1);
    expect(await send(drifted(0.06))).toEqual([]);
  });

  it('are sent again daily while the finding is open', async () => {
    expect(await send(drifted(0))).toEqual(['opened']);
    expect(await send(drifted(24))).toEqual(['open']);
    expect(await send(drifted(25))).toEqual([]);
    expect(logged.map(({ event }) => event)).toEqual(['opened', 'open']);
  });

  it('are sent once although the answer to a write is lost', async () => {
    await fetch(`${local.url}/_local/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ path: '/upload/storage', times: 1, loseAnswer: true }]),
    });
    expect(await send(drifted(0))).toEqual(['opened']);
    expect(await messages()).toHaveLength(1);
  });

  it('report all open findings in every run without a bucket', async () => {
    expect(await send(drifted(0), { state: undefined })).toEqual(['open']);
    expect(await send(drifted(1), { state: undefined })).toEqual(['open']);
    expect(await messages()).toHaveLength(2);
  });

  it('are logged and sent once by each process, and say why, if the bucket refuses', async () => {
    local.state.policies.delete(`buckets/${state.bucket}`);
    const memory: AlertMemory = { state: EMPTY_STATE, unrecorded: [] };
    expect(await send(drifted(0), { memory })).toBe('policy-denied');
    expect(await send(drifted(1), { memory })).toBe('policy-denied');
    expect(await send(clean(2), { memory })).toBe('policy-denied');
    expect(logged.map(({ event }) => event)).toEqual(['opened', 'closed']);
    expect((await messages()).map(({ attributes }) => attributes.event)).toEqual([
      'opened',
      'closed',
    ]);
  });

  const eventsOf = (sent: readonly { attributes: Record<string, string> }[]) =>
    sent.map(({ attributes }) => attributes.event);
  const refusing: AlertOptions['topics'] = {
    publish: async () => err({ reason: 'policy-denied', detail: 'the topic refuses' }),
    publishOnce: async () => err({ reason: 'policy-denied', detail: 'the topic refuses' }),
  };

  it('are corrected by the same process if they were sent while the bucket refused, and have become false', async () => {
    const policy = local.state.policies.get(`buckets/${state.bucket}`);
    local.state.policies.delete(`buckets/${state.bucket}`);
    const memory: AlertMemory = { state: EMPTY_STATE, unrecorded: [] };
    expect(await send(drifted(0), { memory })).toBe('policy-denied');
    if (policy) local.state.policies.set(`buckets/${state.bucket}`, policy);
    expect(await send(clean(1), { memory })).toEqual(['closed']);
    expect(await send(clean(2), { memory })).toEqual([]);
    expect(eventsOf(await messages())).toEqual(['opened', 'closed']);
  });

  it('are sent by a later audit of the same process if the bucket and the topic refuse', async () => {
    local.state.policies.delete(`buckets/${state.bucket}`);
    const memory: AlertMemory = { state: EMPTY_STATE, unrecorded: [] };
    expect(await send(drifted(0), { memory, topics: refusing })).toBe('policy-denied');
    expect(await send(drifted(1), { memory })).toBe('policy-denied');
    expect(await send(drifted(2), { memory })).toBe('policy-denied');
    expect(eventsOf(await messages())).toEqual(['opened']);
  });

  it('are not decided by policies that were read before another audit has decided', async () => {
    expect(await send(drifted(0))).toEqual(['opened']);
    expect(await send(clean(1), { before: EMPTY_STATE })).toBe(OVERTAKEN.reason);
    expect(logged.map(({ event }) => event)).toEqual(['opened']);
    expect(await messages()).toHaveLength(1);
  });

  it('are logged once when they are found, and sent later, if the topic refuses', async () => {
    expect(await send(drifted(0), { topics: refusing })).toBe('policy-denied');
    expect(logged.map(({ event }) => event)).toEqual(['opened']);
    clock = new Date(now.getTime() + 121_000);
    expect(await send(drifted(0.05))).toEqual(['opened']);
    expect(logged).toHaveLength(1);
    expect((await messages()).map(({ attributes }) => attributes.reportAt)).toEqual([
      drifted(0).generatedAt,
    ]);
  });

  it.each([
    { title: 'open', known: drifted, failed: clean, later: drifted, sent: ['opened', 'open'] },
    { title: 'closed', known: clean, failed: drifted, later: clean, sent: ['closed', 'closed'] },
  ])(
    'never come late and false: the last word is $title',
    async ({ known, failed, later, sent }) => {
      await send(known(0));
      await messages();
      expect(await send(failed(1 / 60), { topics: refusing })).toBe('policy-denied');
      expect(await send(later(2 / 60))).toEqual(sent.slice(0, 1));
      clock = new Date(now.getTime() + 240_000);
      await send(later(4 / 60));
      expect(eventsOf(await messages())).toEqual(sent);
    },
  );

  it('are corrected if the opposite was reported while they were sent', async () => {
    await send(drifted(0));
    const { topics } = await options();
    const slow: AlertOptions['topics'] = {
      ...topics,
      publish: async (...given) => {
        await send(drifted(2 / 60));
        return topics.publish(...given);
      },
    };
    await send(clean(1 / 60), { topics: slow });
    expect(eventsOf(await messages())).toEqual(['opened', 'opened', 'closed', 'open']);
  });

  it('are complete although somebody has replaced the state, which is rebuilt from the last report', async () => {
    const { objects, signal } = await options();
    const two = report(
      withGrants(
        READER_POLICY,
        grant('user:eve@acme.com'),
        grant('user:bob@acme.com', 'roles/iam.serviceAccountKeyAdmin'),
      ),
      {},
      now,
    );
    await archive(state, two, objects, now, signal);
    expect(await send(two)).toEqual(['opened', 'opened']);
    await objects.upload(
      state,
      { text: '{"version":', type: 'text/plain', metadata: {} },
      {},
      signal,
    );
    expect(await send(drifted(1))).toEqual(['closed']);
    expect(broken).toEqual([1]);
    expect(logged.map(({ event }) => event)).toEqual(['opened', 'opened', 'closed']);
    expect(await send(drifted(2))).toEqual([]);
    expect(broken).toHaveLength(1);
  });

  it('include the canary of a whole audit, which no filter of people lets pass', async () => {
    expect(await send(clean(0), { movesCanary: true })).toEqual(['opened']);
    expect(await send(clean(1))).toEqual([]);
    expect(await send(clean(2), { movesCanary: true })).toEqual(['closed']);
    expect(await send(clean(3), { movesCanary: true, state: undefined })).toEqual(['open']);
    expect((await messages()).map(({ attributes }) => attributes)).toEqual(
      ['opened', 'closed', 'open'].map((event, i) => ({
        event,
        reportAt: clean([0, 2, 3][i] ?? 0).generatedAt,
        fingerprint: 'canary',
        severity: 'info',
        kind: 'canary',
      })),
    );
  });

  it.each([
    { what: 'the bucket refuses', where: 'state', events: ['opened'] },
    { what: 'the topic refuses', where: 'topic', events: [] },
  ])('do not include the canary if $what, and say where', async ({ where, events }) => {
    if (where === 'state') local.state.policies.delete(`buckets/${state.bucket}`);
    const failures: string[] = [];
    const failed: AlertOptions['failed'] = (failure) => failures.push(failure.where);
    const topics = where === 'topic' ? { topics: refusing } : {};
    await send(drifted(0), { movesCanary: true, failed, ...topics });
    expect(failures).toEqual([where]);
    expect(eventsOf(await messages())).toEqual(events);
    expect(logged.map(({ finding }) => finding.kind).sort()).toEqual([
      'canary',
      'unexpected-impersonator',
    ]);
  });

  it('are not held up by a report from the future, which is ignored and reported', async () => {
    await send(clean(6));
    expect(await send(drifted(0.1))).toEqual(['opened']);
    expect(ahead).toEqual([clean(6).generatedAt, clean(6).generatedAt].slice(0, ahead.length));
    expect(ahead.length).toBeGreaterThan(0);
    expect(await send(clean(0.2))).toEqual(['closed']);
  });

  it('have later times than a message from the future, so that the last word is true', async () => {
    expect(await send(drifted(6))).toEqual(['opened']);
    expect(await send(clean(0.1))).toEqual(['closed']);
    expect(await send(drifted(0.2))).toEqual(['opened']);
    const times = (await messages()).map(({ attributes }) => attributes.reportAt);
    expect(times).toEqual([
      '2026-11-22T18:00:00.000Z',
      '2026-11-22T18:00:00.001Z',
      '2026-11-22T18:00:00.002Z',
    ]);
  });

  it('wait before each further write of the state', async () => {
    const writes: string[] = [];
    const { objects } = await options();
    const watched: AlertOptions['objects'] = {
      ...objects,
      upload: (...given) => {
        writes.push('write');
        return objects.upload(...given);
      },
    };
    const pause = async () => {
      writes.push('pause');
    };
    await send(drifted(0), { objects: watched, pause });
    expect(writes).toEqual(['write', 'pause', 'write']);
    await fetch(`${local.url}/_local/faults`, {
      method: 'PUT',
      body: JSON.stringify([{ path: '/upload/storage', times: 1, loseAnswer: true }]),
    });
    writes.length = 0;
    await send(clean(1), { objects: watched, pause });
    expect(writes.join(' ')).not.toContain('write write');
  });

  it('are next to the reports of 90 days, and every process returns the last report', async () => {
    const { objects, signal } = await options();
    const keep = async (one: Report) => {
      const kept = await archive(state, one, objects, new Date(one.generatedAt), signal);
      await send(one);
      return kept.ok ? kept.value : kept.error;
    };
    expect(await lastReport(state, objects, signal)).toBeUndefined();
    expect(await keep(drifted(0))).toEqual([]);
    expect(await keep(clean(24))).toEqual([]);
    expect(await keep(drifted(90 * 24 + 1))).toEqual([
      'hopmint/reports/2026-11-22T12:00:00.000Z.json',
    ]);
    const last = await lastReport(state, objects, signal);
    expect(last).toEqual({
      value: JSON.parse(JSON.stringify(drifted(90 * 24 + 1))),
      madeAt: new Date(now.getTime() + (90 * 24 + 1) * hour),
    });
    expect(await objects.list(state.bucket, 'hopmint/', signal)).toMatchObject({
      value: [
        'hopmint/reports/2026-11-23T12:00:00.000Z.json',
        'hopmint/reports/2027-02-20T13:00:00.000Z.json',
        'hopmint/state.json',
      ],
    });
  });
});
