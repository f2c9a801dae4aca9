import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { isCanary } from '../../../../shared/domain/audit/alerts/canary.ts';
import { now } from '../../../domain/audit/audit-world.ts';
import { cloudOf, openAuditor, seed, state } from './changing-world.ts';

const OWNER = 'user:root@acme.com';
const EVE = 'user:eve@acme.com';
/** Everything that is open opens again when no state is stored. */
const MISSING = 'opened secret-missing undefined';
const owners = (...members: string[]) => ({ role: 'roles/owner', members });

describe('a state that is broken or deleted', () => {
  let local: LocalCloud;
  let at: Date;
  let said: string[];
  beforeEach(async () => {
    at = now;
    said = [];
    const { organization } = seed;
    const bindings = [...organization.policy.bindings, owners(OWNER)];
    const world = { ...seed, organization: { ...organization, policy: { bindings } } };
    local = await startLocalCloud({ seed: world, now: () => at });
  });
  afterEach(() => local.close());

  /** An audit in a process of its own. */
  async function audit() {
    at = new Date(at.getTime() + 3_600_000);
    const auditor = await openAuditor(local, {
      log: {
        audited: () => {},
        alert: ({ event, finding }) => {
          if (!isCanary(finding)) said.push(`${event} ${finding.kind} ${finding.member}`);
        },
        notSent: ({ detail }) => said.push(detail),
        broken: () => said.push('state-broken'),
        ahead: () => {},
        healing: () => {},
        notHealed: () => {},
        notStored: () => {},
      },
    });
    await auditor.renew();
    return said.splice(0);
  }
  const policy = () => local.state.policies.get('organizations/91');
  const breakState = async (how: 'replaced' | 'deleted') => {
    const { objects } = await cloudOf(local);
    const content = { text: '{"version":', type: 'text/plain', metadata: {} };
    const signal = AbortSignal.timeout(5000);
    if (how === 'deleted') await objects.delete(state.bucket, state.name, signal);
    else await objects.upload(state, content, {}, signal);
  };

  it.each([
    { how: 'replaced', expected: ['state-broken'] },
    { how: 'deleted', expected: [MISSING, `opened unexpected-administrator ${EVE}`] },
  ] as const)(
    'does not make a new administrator a known one when it is $how',
    async ({ how, expected }) => {
      await audit();
      policy()?.bindings?.push(owners(EVE));
      expect(await audit()).toEqual([`opened unexpected-administrator ${EVE}`]);
      await breakState(how);
      expect(await audit()).toEqual(expected);
      expect(await audit()).toEqual([]);
    },
  );

  it.each([
    { how: 'replaced', expected: ['state-broken'] },
    { how: 'deleted', expected: [MISSING] },
  ] as const)('closes what has ended when it is $how', async ({ how, expected }) => {
    await audit();
    policy()?.bindings?.push(owners(EVE));
    await audit();
    policy()?.bindings?.pop();
    await breakState(how);
    expect(await audit()).toEqual([...expected, `closed unexpected-administrator ${EVE}`]);
    expect(await audit()).toEqual([]);
  });
});
