import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { auditOf, NOW, ROOT, WORLD } from '../../functions/audit/alerts/drifts.ts';
import { environmentOf } from './gcloud.ts';

const run = promisify(execFile);

describe('the fixes that an audit prints', () => {
  let local: LocalCloud;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: WORLD, now: () => NOW });
    env = await environmentOf(Number(new URL(local.url).port), ROOT);
  });
  afterAll(async () => {
    await local.close();
    await rm(env.CLOUDSDK_CONFIG ?? '', { recursive: true, force: true });
  });

  it('run in gcloud without a change, and each one closes its finding and opens no other', async () => {
    let findings = (await auditOf(local)).findings;
    const fixed: string[] = [];
    for (let one = findings.find(({ fix }) => fix); one; one = findings.find(({ fix }) => fix)) {
      const { fingerprint, kind, fix } = one;
      const known = new Set(findings.map((finding) => finding.fingerprint));
      const ran = await run('sh', ['-c', fix?.gcloud ?? 'false'], { env }).catch(
        ({ stderr }: { stderr: string }) => ({ stderr, code: 1 }),
      );
      expect({ kind, fix: fix?.gcloud, ...('code' in ran && ran) }).toEqual({
        kind,
        fix: fix?.gcloud,
      });
      findings = (await auditOf(local)).findings;
      const after = findings.map((finding) => finding.fingerprint);
      expect({ kind, left: after.filter((print) => print === fingerprint) }).toEqual({
        kind,
        left: [],
      });
      // The fix of account-missing restores the account, and then the next audit can find that it has no grant.
      const fresh = findings.filter(
        (finding) => !known.has(finding.fingerprint) && kind !== 'account-missing',
      );
      expect({ kind, fresh: fresh.map(({ evidence }) => evidence.summary) }).toEqual({
        kind,
        fresh: [],
      });
      fixed.push(kind);
    }
    expect([...new Set(fixed)].toSorted()).toEqual([
      'account-disabled',
      'account-missing',
      'account-recreated',
      'escalation',
      'hop-conditional',
      'hop-expiring',
      'hop-missing',
      'latent-grant',
      'lifetime-not-allowed',
      'overgrant',
      'public',
      'reader-missing',
      'secret-expiring',
      'secret-readers',
      'secret-writers',
      'shortcut',
      'unexpected-impersonator',
    ]);
  }, 300_000);
});
