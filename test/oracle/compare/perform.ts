import type { Gain, Step } from '../iam/closure.ts';
import type { Way } from '../iam/mint.ts';
import { rolesToGrant } from '../iam/power.ts';
import { bindingsOf, type World } from '../iam/world.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Attacker, storyOf } from './attackers.ts';
import { type Answer, mintFor, openWorld, type WorldCloud } from './cloud.ts';
import type { Disagreement } from './disagreement.ts';

/** `missing`: the local cloud does not have the method that a step needs. */
export type Performed = {
  readonly tried: number;
  readonly missing: Record<string, number>;
  readonly found: readonly Disagreement[];
};

/** Each attack of these attackers, step by step in a local cloud of its own. Every step must work, and so must the mint. */
export async function performAttacks(
  scenario: Scenario,
  attackers: readonly Attacker[],
): Promise<Performed> {
  const missing: Record<string, number> = {};
  const found: Disagreement[] = [];
  let tried = 0;
  for (const { who, at, gains } of attackers) {
    // A move of a project is the last step of one attack, and would disturb the others.
    const groups = Map.groupBy(gains, ([, { steps }]) => {
      const last = steps.at(-1)?.power;
      return last?.to === undefined ? '' : `${last.on} ${last.to}`;
    });
    for (const group of groups.values()) {
      const attack = await perform(scenario, who, at, gains, group);
      tried += attack.tried;
      found.push(...attack.found);
      for (const method of attack.missing) missing[method] = (missing[method] ?? 0) + 1;
    }
  }
  return { tried, missing, found };
}

async function perform(
  { world, file }: Scenario,
  who: string,
  at: number,
  gains: Attacker['gains'],
  group: readonly (readonly [string, Gain])[],
) {
  const cloud = await openWorld(world, at);
  const tokens = new Map([[who, await cloud.tokenOf(who)]]);
  const outcomes = new Map<Step, string>();
  const missing: string[] = [];
  const found: Disagreement[] = [];
  let tried = 0;
  let now = world;

  const isDone = (is: (power: Step['power']) => boolean) =>
    [...outcomes].some(([{ power }, text]) => is(power) && text === '200');
  const run = async (step: Step): Promise<void> => {
    if (outcomes.has(step)) return;
    now = structuredClone(now);
    step.power.use(now, step.members);
    const token = await tokenFor(step.by);
    const answer = token === undefined ? undefined : await use(cloud, token, step, now);
    const outcome = answer === undefined ? `no token of ${step.by}` : statusOf(answer);
    outcomes.set(step, outcome);
    if (outcome === '200') return;
    if (answer && isNoMethod(answer)) missing.push(step.power.name);
    else {
      found.push({
        kind: `step: the oracle allows, the local cloud refuses (${step.power.name})`,
        text: `${step.by} can ${step.power.name}: ${step.power.on}. The local cloud: ${outcome}`,
      });
    }
  };
  const take = async (email: string, way: Way | 'key'): Promise<string> => {
    const identity = `serviceAccount:${email}`;
    if (way === 'key') {
      const step = gains.get(email)?.steps.find(({ power }) => power.keyOf === email);
      if (step) await run(step);
      if (!isDone(({ keyOf }) => keyOf === email)) return 'no key';
      tokens.set(identity, await cloud.tokenOf(identity));
      return '200';
    }
    const token = await tokenFor(way.by);
    if (token === undefined) return `no token of ${way.by}`;
    const answer = await mintFor(cloud, token, way, email);
    if (answer.status !== 200) return `${answer.status} ${JSON.stringify(answer.body)}`;
    // The local cloud does not exchange a signed JWT for a token. A signature of an account is as good as its token.
    if (!tokens.has(identity))
      tokens.set(identity, String(answer.body.accessToken ?? (await cloud.tokenOf(identity))));
    return '200';
  };
  const tokenFor = async (identity: string): Promise<string | undefined> => {
    if (!tokens.has(identity)) {
      const email = identity.replace('serviceAccount:', '');
      const gain = gains.get(email);
      // The caller does what its file says.
      if (email === file.caller && isDone((power) => power.commandsCaller === true)) {
        return cloud.tokenOf(identity);
      }
      if (gain) await take(email, gain.way);
    }
    return tokens.get(identity);
  };

  try {
    for (const [email, gain] of [...group].sort(
      ([, a], [, b]) => a.steps.length - b.steps.length,
    )) {
      for (const step of gain.steps) {
        // Google makes an RSA key for each, which is slow: the attacker creates those that it uses. A later step may take the power away.
        const { keyOf } = step.power;
        if (keyOf === undefined || (keyOf === email && gain.way === 'key')) await run(step);
      }
      if (missing.length > 0) return { tried, missing, found };
      tried++;
      const outcome = await take(email, gain.way);
      if (outcome === '200') continue;
      const steps = [...outcomes].map(([{ power }, text]) => `${power.name} ${power.on}: ${text}`);
      found.push({
        kind: `attack: the oracle allows, the local cloud refuses (${gain.steps.map(({ power }) => power.name).join(', ')})`,
        text: `${storyOf(email, gain, at)} The local cloud: ${steps.join('; ')}; ${outcome}`,
      });
    }
    return { tried, missing, found };
  } finally {
    await cloud.close();
  }
}

const statusOf = ({ status, body }: Answer): string =>
  status === 200 ? '200' : `${status} ${JSON.stringify(body)}`;
const isNoMethod = ({ status }: Answer): boolean => status === 501;

/** The call of a step. A policy is written blindly, as an attacker would who may not read it. */
export async function use(
  cloud: WorldCloud,
  token: string,
  { power, members }: Step,
  after: World,
): Promise<Answer> {
  const { name, on } = power;
  const policy = { version: 3, bindings: bindingsOf(after, on) };
  const own = policy.bindings.slice(-rolesToGrant(on).length);
  const set = async (method: string, path: string, wrap: (policy: object) => object) => {
    const whole = await cloud.call(token, method, path, wrap(policy));
    // Google refuses a policy that still grants a deleted role. The attacker drops what is refused.
    return whole.status === 400
      ? cloud.call(token, method, path, wrap({ version: 3, bindings: own }))
      : whole;
  };
  switch (name) {
    case 'set the policy of a project':
    case 'set the policy of a folder':
    case 'set the policy of a organization':
      return set('POST', `/v3/${on}:setIamPolicy`, (given) => ({ policy: given }));
    case 'set the policy of an account':
      return set('POST', `/v1/${on}:setIamPolicy`, (given) => ({ policy: given }));
    case 'set the policy of the bucket':
      return set('PUT', `/storage/v1/b/${on.split('/')[1]}/iam`, (given) => given);
    case 'create a key':
      return cloud.call(token, 'POST', `/v1/${on}/keys`, {});
    case 'enable an account':
      return cloud.call(token, 'POST', `/v1/${on}:enable`, {});
    case 'undelete an account':
      return cloud.call(token, 'POST', `/v1/${on}:undelete`, {});
    case 'undelete a role':
      return cloud.call(token, 'POST', `/v1/${on}:undelete`, {});
    case 'edit a role': {
      const role = after.roles.find((one) => one.name === on);
      const body = { includedPermissions: role?.includedPermissions, stage: 'GA' };
      return cloud.call(token, 'PATCH', `/v1/${on}?updateMask=includedPermissions,stage`, body);
    }
    case 'delete a deny policy': {
      const [attachedTo = '', id = ''] = on.split('/denypolicies/');
      const point = encodeURIComponent(`cloudresourcemanager.googleapis.com/${attachedTo}`);
      return cloud.call(token, 'DELETE', `/v2/policies/${point}/denypolicies/${id}`);
    }
    case 'write the chain file': {
      const [, bucket = '', object = ''] = on.split('/');
      const path = `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${object}`;
      return cloud.call(token, 'POST', path, { chains: [] });
    }
    case 'join a group':
      return join(cloud, token, on.replace('groups/', ''), members);
    case 'bind a tag':
      return cloud.call(token, 'POST', '/v3/tagBindings', {
        parent: fullNameOf(after, on),
        tagValue: power.to,
      });
    case 'remove a tag': {
      const resource = encodeURIComponent(fullNameOf(after, on));
      return cloud.call(token, 'DELETE', `/v3/tagBindings/${resource}/${power.to}`);
    }
    case 'move a project':
      return cloud.call(token, 'POST', `/v3/${on}:move`, { destinationParent: power.to });
    default:
      throw new Error(`No call for the power "${name}"`);
  }
}

async function join(
  cloud: WorldCloud,
  token: string,
  email: string,
  members: readonly string[],
): Promise<Answer> {
  const found = await cloud.call(token, 'GET', `/v1/groups:lookup?groupKey.id=${email}`);
  if (found.status !== 200) return found;
  for (const member of members) {
    const answer = await cloud.call(token, 'POST', `/v1/${found.body.name}/memberships`, {
      preferredMemberKey: { id: member.slice(member.indexOf(':') + 1) },
      roles: [{ name: 'MEMBER' }],
    });
    // Some are members already.
    if (answer.status !== 200 && answer.status !== 409) return answer;
  }
  return found;
}

/** Tag bindings name a project by its number. */
function fullNameOf(world: World, on: string): string {
  const [kind, id, below] = on.split('/');
  if (below !== undefined) return `//iam.googleapis.com/${on}`;
  const number = world.projects.find((project) => project.id === id)?.number;
  return `//cloudresourcemanager.googleapis.com/${kind}/${kind === 'projects' ? number : id}`;
}
