import type { Auditor } from '../../../../functions/audit/auditor.ts';
import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { alertStateReader } from '../../../../shared/domain/audit/alerts/alert-state.ts';
import { isCanary } from '../../../../shared/domain/audit/alerts/canary.ts';
import { countsAgainst } from '../../../../shared/domain/audit/finding/finding.ts';
import { audit } from '../../../../shared/operations/audit.ts';
import { file, now } from '../../../domain/audit/audit-world.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { CREATOR, READER, RELAY } from '../../../domain/iam/snapshots.ts';
import { runs } from '../../../runs.ts';
import { randomOf } from '../../../soak/random.ts';
import { changeOf, cloudOf, member, openAuditor, seed, state } from './changing-world.ts';

const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
const ofAccount = (email: string) =>
  `projects/${/@([^.]+)/.exec(email)?.[1]}/serviceAccounts/${email}`;
const ROLE = 'projects/acme-data/roles/mayMint';

/** One bit of the world. Each switch changes one resource, so one event reports it. */
const grants = [
  { resource: ofAccount(READER), role: CREATOR, member: 'user:eve@acme.com' },
  { resource: ofAccount(READER), role: CREATOR, member: member(DEPLOYER) },
  { resource: ofAccount(READER), role: ROLE, member: 'user:rob@acme.com' },
  { resource: ofAccount(READER), role: CREATOR, member: member(RELAY) },
  { resource: ofAccount(RELAY), role: CREATOR, member: 'user:mallory@acme.com' },
  { resource: ofAccount(DEPLOYER), role: CREATOR, member: 'user:zoe@acme.com' },
  { resource: 'projects/acme-data', role: CREATOR, member: 'user:ana@acme.com' },
  {
    resource: 'organizations/91',
    role: 'roles/iam.serviceAccountKeyAdmin',
    member: 'user:kim@acme.com',
  },
];

/** The instances hear of different changes, or of none, and some are replaced by new ones. */
async function story(
  local: LocalCloud,
  now_: { at: Date },
  seedOf: number,
  count: number,
): Promise<string[]> {
  const random = randomOf(seedOf);
  const wrong: string[] = [];
  const truth = async () => {
    const { policies, secrets } = await cloudOf(local);
    const report = await audit(file, versionOf(), {
      policies,
      secrets,
      now: now_.at,
      signal: AbortSignal.timeout(20_000),
    });
    return new Map(
      report.findings
        .filter(countsAgainst)
        .map(({ fingerprint, evidence }) => [fingerprint, evidence.summary]),
    );
  };
  let real = await truth();
  const open = () =>
    openAuditor(local, {
      log: {
        audited: () => {},
        alert: ({ event, finding }) => {
          if (!isCanary(finding) && (event !== 'closed') !== real.has(finding.fingerprint))
            wrong.push(`${event}: ${finding.summary}`);
        },
        healing: () => {},
        notStored() {},
        notHealed: () => {},
        broken: () => {},
        ahead: () => {},
        notSent: ({ detail }) => wrong.push(detail),
      },
    });
  const instances = await Promise.all(Array.from({ length: count }, open));
  const next = () => {
    now_.at = new Date(now_.at.getTime() + 60_000);
  };
  for (const one of instances) {
    next();
    await one.renew();
  }
  for (let step = 0; step < 12; step++) {
    const { resource, role, member: who } = random.pick(grants);
    const { bindings = [], ...policy } = local.state.policies.get(resource) ?? {};
    const [with_, without] = [
      bindings.filter((one) => one.role === role),
      bindings.filter((one) => one.role !== role),
    ];
    const members = new Set(with_.flatMap((one) => one.members));
    if (!members.delete(who)) members.add(who);
    local.state.policies.set(resource, {
      ...policy,
      bindings: [...without, ...(members.size > 0 ? [{ role, members: [...members] }] : [])],
    });
    real = await truth();
    next();
    const hearing: Auditor = random.pick(instances);
    // Some events are lost. Then another change makes an instance audit.
    await hearing.changed(changeOf(random.oneIn(3) ? random.pick(grants).resource : resource));
    if (random.oneIn(6)) {
      instances[instances.indexOf(hearing)] = await open();
    }
  }
  next();
  await random.pick(instances).renew();
  const { objects } = await cloudOf(local);
  const stored = await objects.read(state, alertStateReader, AbortSignal.timeout(5000));
  const after = stored.ok
    ? stored.value?.content.state.open.filter((one) => !isCanary(one))
    : undefined;
  expect(after?.map(({ fingerprint }) => fingerprint).sort()).toEqual([...real.keys()].sort());
  return wrong;
}

describe('several instances of the auditor, which hear of different changes', () => {
  it.each([
    { title: 'two', count: 2 },
    { title: 'five', count: 5 },
  ])(
    'report nothing false, and come to the same open findings: $title',
    async ({ count }) => {
      for (let seedOf = 1; seedOf <= runs(1); seedOf++) {
        const clock = { at: now };
        const local = await startLocalCloud({ seed, now: () => clock.at });
        await fetch(`${local.url}/_local/seed`, {
          method: 'POST',
          body: JSON.stringify({
            accounts: [{ email: DEPLOYER }],
            roles: [{ name: ROLE, includedPermissions: ['iam.serviceAccounts.getAccessToken'] }],
          }),
        });
        expect(await story(local, clock, seedOf, count)).toEqual([]);
        await local.close();
      }
    },
    runs(30_000),
  );
});
