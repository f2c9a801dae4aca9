import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Finding } from '../../../shared/domain/audit/finding/finding.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { audit } from '../../../shared/operations/audit.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { chainFileOf } from '../../oracle/compare/audit.ts';
import type { Policy, World } from '../../oracle/iam/world.ts';
import { AUDITOR, MINTER, NOW, ORGANIZATION } from '../../oracle/scenario/names.ts';
import { type FileText, type Scenario, scenarios } from '../../oracle/scenario/scenario.ts';
import { environmentOf } from './gcloud.ts';

const run = promisify(execFile);
/** `HOPMINT_FIX_WORLDS=50 HOPMINT_FIX_SEED=7 npm run test:real -- random-fixes` tries more. gcloud takes a second for each command. */
const WORLDS = Number(process.env.HOPMINT_FIX_WORLDS ?? 3);
const SEED = Number(process.env.HOPMINT_FIX_SEED ?? 1);
const ROOT = 'user:root@acme.com';
const now = new Date(NOW);

/** The world with an identity that may run all fixes, and that the chain file expects. */
function withRoot({ world, file }: Scenario) {
  const roles = ['owner', 'resourcemanager.organizationAdmin', 'storage.admin'];
  const { organization } = structuredClone(world);
  organization?.policy?.bindings?.push(
    ...roles.map((role) => ({ role: `roles/${role}`, members: [ROOT] })),
  );
  const denyPolicies = world.denyPolicies.map((policy) => ({
    ...policy,
    rules: policy.rules.map(({ denyRule }) => ({
      denyRule: {
        ...denyRule,
        exceptionPrincipals: [
          ...(denyRule.exceptionPrincipals ?? []),
          'principal://goog/subject/root@acme.com',
        ],
      },
    })),
  }));
  const exception = {
    account: MINTER,
    member: ROOT,
    reason: 'runs the fixes',
    owner: 'platform@acme.com',
    expires: '2027-03-01',
  };
  const administrator = { member: ROOT, on: ORGANIZATION, reviewed: '2026-11-01' };
  return {
    seed: withoutRefused({ ...world, organization, denyPolicies }),
    file: {
      ...file,
      exceptions: [...(file.exceptions ?? []), exception],
      ...(file.administrators && { administrators: [...file.administrators, administrator] }),
    },
  };
}

/** The world without bindings that Google refuses in a policy: no change of such a policy can work. */
function withoutRefused(world: World): World {
  const pruned = <T extends { policy?: Policy }>(holder: T, isContainer: boolean): T => ({
    ...holder,
    policy: {
      version: 3,
      bindings: (holder.policy?.bindings ?? []).flatMap((binding) => {
        const { condition, role, members } = binding;
        const isRefused = (member: string) =>
          /^serviceAccount:\d/.test(member) ||
          (/^all(Authenticated)?Users$/.test(member) && (isContainer || condition !== undefined));
        const left = members.filter((member) => !isRefused(member));
        const isBasic = /^roles\/(owner|editor|viewer)$/.test(role);
        return left.length === 0 || (isBasic && condition) ? [] : [{ ...binding, members: left }];
      }),
    },
  });
  return {
    ...world,
    organization: pruned(world.organization, true),
    folders: world.folders.map((one) => pruned(one, true)),
    projects: world.projects.map((one) => pruned(one, true)),
    accounts: world.accounts.map((one) => pruned(one, false)),
    buckets: world.buckets.map((one) => pruned(one, false)),
  };
}

async function findingsIn(local: LocalCloud, file: FileText): Promise<readonly Finding[]> {
  const asked = { method: 'POST', body: JSON.stringify({ account: AUDITOR }) };
  const answer = await fetch(`${local.url}/_local/token`, asked);
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  const self = { identity: async () => client, email: async () => AUDITOR };
  const { policies } = googleCloud(hostsOf(local.url), () => now, self);
  const signal = AbortSignal.timeout(60_000);
  const report = await audit(chainFileOf(file, now), versionOf(), { policies, now, signal });
  return report.findings;
}

/** Runs one fix after the other, until none is left. Returns every fix that fails, leaves its finding, or opens another one. */
async function wrongFixesOf(
  local: LocalCloud,
  file: FileText,
  env: Readonly<Record<string, string>>,
) {
  const wrong: object[] = [];
  const tried = new Set<string>();
  const isNext = ({ fix, fingerprint }: Finding) => fix !== undefined && !tried.has(fingerprint);
  let findings = await findingsIn(local, file);
  for (let one = findings.find(isNext); one; one = findings.find(isNext)) {
    const { fingerprint, kind, fix, evidence } = one;
    tried.add(fingerprint);
    const known = new Set(findings.map((finding) => finding.fingerprint));
    const failed = await run('sh', ['-c', fix?.gcloud ?? 'false'], { env }).then(
      () => undefined,
      ({ stderr }: { stderr: string }) => stderr,
    );
    findings = await findingsIn(local, file);
    const isLeft = findings.some((finding) => finding.fingerprint === fingerprint);
    const opened = findings.filter(
      (finding) =>
        !known.has(finding.fingerprint) &&
        // The hops of an account that cannot be used are not judged before.
        !(kind === 'account-disabled' && finding.kind.startsWith('hop-')),
    );
    if (failed === undefined && !isLeft && opened.length === 0) continue;
    const summaries = opened.map((finding) => `${finding.kind}: ${finding.evidence.summary}`);
    wrong.push({ kind, summary: evidence.summary, fix: fix?.gcloud, failed, isLeft, summaries });
  }
  return { wrong, tried: tried.size };
}

describe('the fixes that an audit of a random world prints', () => {
  it('run in gcloud, and each one closes its finding and opens no other', async () => {
    let tried = 0;
    const wrong: object[] = [];
    for (const [i, scenario] of fc.sample(scenarios, { seed: SEED, numRuns: WORLDS }).entries()) {
      const { seed, file } = withRoot(scenario);
      const local = await startLocalCloud({ seed, now: () => now, log() {} });
      const env = await environmentOf(Number(new URL(local.url).port), ROOT);
      const result = await wrongFixesOf(local, file, env);
      await local.close();
      await rm(env.CLOUDSDK_CONFIG ?? '', { recursive: true, force: true });
      tried += result.tried;
      wrong.push(...result.wrong.map((one) => ({ ...one, world: i })));
    }
    expect(wrong).toEqual([]);
    // Some worlds have no finding with a fix.
    expect(tried).toBeGreaterThan(WORLDS / 3);
  }, 3_600_000);
});
