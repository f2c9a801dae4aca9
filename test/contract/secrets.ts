import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../shared/cloud/secrets.ts';
import { Token } from '../../shared/domain/chain/credential.ts';
import { type Ledger, parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { deadline, type Opened, value } from './sandbox.ts';

/** Reads until the value is as expected, for a minute at most: a read of Secret Manager may be older than the last write. */
async function eventually<T>(read: () => Promise<T>, isExpected: (value: T) => boolean) {
  for (let attempt = 0; ; attempt++) {
    const now = await read();
    if (isExpected(now) || attempt === 60) return now;
    await sleep(1000);
  }
}

/** Each test continues where the one before it ended. */
export function describeSecrets(opened: Opened): void {
  describe('keeps a secret:', () => {
    const ledger = (current: number, previous: number): Ledger => ({
      chain: 'contract',
      kind: 'access-token',
      digest: 'a'.repeat(64),
      targetId: opened.target.uniqueId,
      mintedAt: new Date('2026-11-22T12:00:00Z'),
      expiresAt: new Date('2026-11-22T13:00:00Z'),
      current,
      previous,
      first: 1,
      leftover: 0,
      unproven: false,
    });
    const read = async (): Promise<Secret> =>
      value(await opened.sandbox.cloud.secrets.secret(opened.sandbox.secret, deadline()));

    it('reads it with its label, and lists it among ours', async () => {
      const { cloud, project, secret } = opened.sandbox;
      expect(await read()).toMatchObject({
        name: secret,
        labels: { 'managed-by': 'hopmint' },
        annotations: { note: 'kept' },
        versionAliases: {},
        etag: expect.stringMatching(/./),
      });
      const { secretsIn } = cloud.secrets;
      const names = await eventually(
        async () => value(await secretsIn(project, deadline())).map(({ name }) => name),
        (all) => all.includes(secret),
      );
      expect(names).toContain(secret);
    });

    it('numbers versions from one upwards', async () => {
      const { addVersion } = opened.sandbox.cloud.secrets;
      const numbers: number[] = [];
      for (const text of ['one', 'two']) {
        numbers.push(value(await addVersion(opened.sandbox.secret, new Token(text), deadline())));
      }
      expect(numbers).toEqual([1, 2]);
    });

    it('commits a ledger under an etag, once, and keeps what is not ours', async () => {
      const { commit } = opened.sandbox.cloud.secrets;
      const before = await read();
      value(await commit(before, ledger(2, 1), deadline()));
      const after = await eventually(read, ({ versionAliases }) => versionAliases.current === 2);
      expect(parseLedger(after.annotations)).toEqual(ledger(2, 1));
      expect(after.annotations.note).toBe('kept');
      expect(after.versionAliases).toEqual({ current: 2, previous: 1 });
      expect(after.etag).not.toBe(before.etag);
      const again = await commit(before, ledger(2, 0), deadline());
      expect(again).toMatchObject({ ok: false, error: { reason: 'etag-stale' } });
    });

    it('destroys a version, also one that is destroyed already or does not exist', async () => {
      const { destroyVersion } = opened.sandbox.cloud.secrets;
      for (const version of [1, 1, 2, 77]) {
        value(await destroyVersion(opened.sandbox.secret, version, deadline()));
      }
    });

    it('calls a secret that does not exist missing', async () => {
      const nowhere = `${opened.sandbox.secret}-nowhere`;
      const { secret, addVersion } = opened.sandbox.cloud.secrets;
      const missing = { ok: false, error: { reason: 'secret-missing', status: 404 } };
      expect(await secret(nowhere, deadline())).toMatchObject(missing);
      expect(await addVersion(nowhere, new Token('x'), deadline())).toMatchObject(missing);
    });
  });
}
