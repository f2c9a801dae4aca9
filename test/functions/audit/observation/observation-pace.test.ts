import { setImmediate } from 'node:timers/promises';
import { OAuth2Client } from 'google-auth-library';
import { observerOf } from '../../../../functions/audit/observer.ts';
import { startLocalCloud } from '../../../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../../../local/identity/access-tokens.ts';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../../shared/domain/chain/definition.ts';
import { intentOf } from '../../../../shared/domain/chain/intent.ts';
import { annotationsOf } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import { googleCloud } from '../../../../shared/google/cloud.ts';
import { hostsOf } from '../../../../shared/google/wire/http.ts';
import { WIRE } from '../../../../shared/google/wire/wire.ts';
import { policyReader } from '../../../../shared/operations/policy-reader.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { chainOf, MINTER, seedOf, TOKEN } from '../../rotation-world.ts';

/** `OBSERVED_CHAINS=3000 npm test -- test/functions/audit/observation/observation-pace.test.ts` takes a minute. */
const CHAINS = Number(process.env.OBSERVED_CHAINS ?? 90);
const MINUTES = 34;
const READS_PER_MINUTE = 600;
const ROTATE_EVERY_MINUTES = 30;

/** After so many turns of the event loop, a call that got its answer has made its next call. */
const IDLE_TURNS = 5;
const ADMIN = 'user:ada@acme.com';
const START = new Date('2026-11-22T12:00:00Z').getTime();

/** Time that passes only while every call waits. */
function simulatedTime() {
  let ms = START;
  let busy = 0;
  const waits = new Map<() => void, number>();
  const at = (time: number) =>
    new Promise<void>((resolve) => {
      waits.set(resolve, time);
    });
  return {
    now: () => new Date(ms),
    at,
    async during<T>(call: () => Promise<T>): Promise<T> {
      busy++;
      try {
        return await call();
      } finally {
        busy--;
      }
    },
    /** Runs until `end`. */
    async pass(end: number): Promise<void> {
      for (let idle = 0; ; idle++) {
        await setImmediate();
        if (busy > 0) idle = 0;
        if (idle < IDLE_TURNS) continue;
        idle = 0;
        const [next] = [...waits].sort(([, a], [, b]) => a - b);
        if (!next || next[1] > end) {
          ms = end;
          return;
        }
        ms = Math.max(ms, next[1]);
        waits.delete(next[0]);
        next[0]();
      }
    },
  };
}

/** The most that happened within 60 seconds. */
function busiestMinute(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [i, time] of sorted.entries()) {
    while (time - (sorted[first] as number) >= 60_000) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

it('observes each secret of a project within 15 minutes, within the read quota that rotations and audits share', async () => {
  const time = simulatedTime();
  const chains: Chain[] = Array.from({ length: CHAINS }, (_, i) =>
    chainOf(`c${i}`, TOKEN, { rotateEverySeconds: ROTATE_EVERY_MINUTES * 60 }),
  );
  const local = await startLocalCloud({ now: time.now, seed: seedOf(chains) });
  try {
    const { state } = local;
    const reads: number[] = [];
    const fetchHere: typeof fetch = (input, init) =>
      time.during(async () => {
        const request = new Request(input, init);
        request.signal.throwIfAborted();
        if (request.url.includes('/secrets')) reads.push(time.now().getTime());
        return local.fetch(request);
      });
    const client = new OAuth2Client();
    const principal = { member: ADMIN, email: 'ada@acme.com', scopes: [CLOUD_PLATFORM] };
    const { accessToken } = issueToken(state, principal, [CLOUD_PLATFORM], 86_400, 'machine');
    client.setCredentials({ access_token: accessToken });
    const self = { identity: async () => client, email: async () => 'ada@acme.com' };
    const wait = (ms: number, signal: AbortSignal) =>
      Promise.race([
        time.at(time.now().getTime() + ms),
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      ]);
    const elapsedMs = () => time.now().getTime();
    const wire = { ...WIRE, fetch: fetchHere, wait, elapsedMs };
    const { policies, secrets } = googleCloud(hostsOf(local.url), time.now, self, wire);
    const file = {
      caller: { email: MINTER },
      tickEverySeconds: 60,
      writesPerMinute: 540,
      chains,
      exceptions: [],
    };
    const intent = intentOf(file, versionOf());
    const deadline = (seconds: number) => {
      const ended = new AbortController();
      void time.at(time.now().getTime() + seconds * 1000).then(() => ended.abort());
      return ended.signal;
    };
    const observer = observerOf({
      cloud: {
        policies,
        secrets: {
          ...secrets,
          secretsIn: (...asked) => time.during(() => secrets.secretsIn(...asked)),
        },
      },
      readIntent: async () => intent,
      lastReport: async () => undefined,
      now: time.now,
      signal: () => deadline(50),
    });
    /** A rotation reads twice, adds a version, and writes the ledger. */
    const rotate = (chain: Chain) => {
      const secret = state.secrets.get(chain.secret);
      if (!secret) throw new Error('no secret');
      const now = time.now();
      const number = (secret.versions.at(-1)?.number ?? 0) + 1;
      const version = { number, createTime: now.toISOString(), state: 'ENABLED' as const };
      secret.versions.push({ ...version, etag: '"1"', clientSpecifiedPayloadChecksum: true });
      const ledger = {
        chain: chain.name,
        kind: 'access-token' as const,
        digest: digestOf(chain, file.caller),
        mintedAt: now,
        expiresAt: new Date(now.getTime() + 3_600_000),
        current: number,
        previous: number - 1,
        first: 1,
        leftover: 0,
        unproven: false,
      };
      Object.assign(secret.annotations, annotationsOf(ledger));
      Object.assign(secret.versionAliases, { current: number });
      reads.push(now.getTime(), now.getTime());
    };
    for (const chain of chains) rotate(chain);
    reads.length = 0;

    let oldestSeconds = 0;
    for (let minute = 0; minute < MINUTES; minute++) {
      for (let i = minute % ROTATE_EVERY_MINUTES; i < CHAINS; i += ROTATE_EVERY_MINUTES) {
        rotate(chains[i] as Chain);
      }
      void observer.round();
      if (minute % 15 === 0) {
        void policyReader(policies, deadline(240)).policiesOfSecrets(chains.map((c) => c.secret));
      }
      await time.pass(START + (minute + 1) * 60_000);
      if (minute < 15) continue;
      const evidence = observer.evidence(file);
      expect(evidence.size).toBe(CHAINS);
      for (const { observedAt } of evidence.values()) {
        oldestSeconds = Math.max(oldestSeconds, (+time.now() - +observedAt) / 1000);
      }
    }
    expect(oldestSeconds).toBeLessThanOrEqual(15 * 60);
    expect(busiestMinute(reads)).toBeLessThanOrEqual(READS_PER_MINUTE);
  } finally {
    await local.close();
  }
}, 300_000);
