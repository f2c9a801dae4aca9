import { objectOf } from '../oracle/compare/attackers.ts';
import { type Answer, mintFor, openWorld, type WorldCloud } from '../oracle/compare/cloud.ts';
import { permissionOf } from '../oracle/compare/mints.ts';
import { use } from '../oracle/compare/perform.ts';
import { DELEGATE, MINTS } from '../oracle/iam/mint.ts';
import type { Power } from '../oracle/iam/power.ts';
import { movesIn, powersIn } from '../oracle/iam/powers.ts';
import { taggingsIn } from '../oracle/iam/tags.ts';
import { accountNamed, accountResource, type World } from '../oracle/iam/world.ts';
import { isRecreated, type Scenario } from '../oracle/scenario/scenario.ts';

const CREATE_KEY = 'iam.serviceAccountKeys.create';
const PERMISSIONS = [DELEGATE, ...MINTS, CREATE_KEY];

/** What one principal has got by trying everything. */
type Attack = {
  readonly cloud: WorldCloud;
  world: World;
  /** The identities that it can act as. */
  readonly acts: Set<string>;
  /** It has replaced the chain file, so the caller mints for it. */
  commandsCaller: boolean;
  /** The chains whose credential it has got. */
  readonly chains: Set<string>;
};

/**
 * The chains whose credential somebody gets, by trying every call that changes something and every mint in the local cloud, again and
 * again with everything that it gains. The local cloud decides each call; nothing here knows what a policy means.
 */
export async function bruteForce(
  scenario: Scenario,
  who: string,
  at: number,
): Promise<Set<string>> {
  const first = await attack(scenario, who, at);
  const chains = new Set(first.chains);
  // These can take access away. So each comes after everything else, in a world of its own.
  for (const power of first.detours) {
    if (chains.size === scenario.file.chains.length) break;
    for (const name of (await attack(scenario, who, at, power)).chains) chains.add(name);
  }
  return chains;
}

async function attack(
  scenario: Scenario,
  who: string,
  at: number,
  detour?: Power,
): Promise<{ readonly chains: Set<string>; readonly detours: readonly Power[] }> {
  const cloud = await openWorld(scenario.world, at);
  const one: Attack = {
    cloud,
    world: structuredClone(scenario.world),
    acts: new Set([who]),
    commandsCaller: false,
    chains: new Set(),
  };
  try {
    await exhaust(one, scenario);
    if (one.chains.size === scenario.file.chains.length) return { chains: one.chains, detours: [] };
    if (detour) {
      if (await attempt(one, detour)) await exhaust(one, scenario);
      return { chains: one.chains, detours: [] };
    }
    const detours: Power[] = [];
    for (const power of [...movesIn(one.world), ...taggingsIn(one.world)]) {
      if (await isPermitted(one, power)) detours.push(power);
    }
    return { chains: one.chains, detours };
  } finally {
    await cloud.close();
  }
}

async function exhaust(one: Attack, scenario: Scenario): Promise<void> {
  const used = new Map<string, number>();
  for (;;) {
    await mintEverything(one, scenario);
    if (one.chains.size === scenario.file.chains.length) return;
    const size = one.acts.size;
    let hasChanged = false;
    if (used.get('secrets') !== size) {
      for (const { secret } of scenario.file.chains) await setPolicyOf(one, secret);
      used.set('secrets', size);
      hasChanged = true;
    }
    for (const power of powersIn(one.world, objectOf(scenario.file))) {
      const key = `${power.name} ${power.on}`;
      // With more identities, a policy is set again.
      if (power.keyOf !== undefined || used.get(key) === size) continue;
      if (!(await attempt(one, power))) continue;
      used.set(key, size);
      hasChanged = true;
    }
    if (!hasChanged && one.acts.size === size) return;
  }
}

/** Tries the call of a power with each identity, until one may do it. */
async function attempt(one: Attack, power: Power): Promise<boolean> {
  const members = [...one.acts];
  const after = structuredClone(one.world);
  power.use(after, members);
  for (const by of members) {
    const token = await one.cloud.tokenOf(by);
    const answer = await use(one.cloud, token, { power, by, members }, after);
    if (answer.status !== 200) continue;
    one.world = after;
    if (power.commandsCaller) one.commandsCaller = true;
    return true;
  }
  return false;
}

/** Tries to make each identity a reader of the secret. */
async function setPolicyOf({ cloud, acts }: Attack, secret: string): Promise<void> {
  const bindings = [{ role: 'roles/secretmanager.secretAccessor', members: [...acts] }];
  for (const by of acts) {
    const token = await cloud.tokenOf(by);
    await cloud.call(token, 'POST', `/v1/${secret}:setIamPolicy`, { policy: { bindings } });
  }
}

async function mintEverything(one: Attack, { file }: Scenario): Promise<void> {
  const { cloud, world, acts } = one;
  const live = world.accounts.filter(({ deleted, disabled }) => !deleted && !disabled);
  const allowed = new Map<string, ReadonlySet<string>>();
  const can = async (by: string, email: string): Promise<ReadonlySet<string>> => {
    const key = `${by} ${email}`;
    const known = allowed.get(key) ?? (await permissionsOf(cloud, by, email));
    allowed.set(key, known);
    return known;
  };
  const asked = new Set<string>();
  for (let grew = true; grew; ) {
    grew = false;
    const caller = one.commandsCaller ? [`serviceAccount:${file.caller}`] : [];
    for (const by of [...acts, ...caller]) {
      if (asked.has(by)) continue;
      asked.add(by);
      grew = true;
      const paths = new Map<string, readonly string[]>([[by, []]]);
      for (const [from, delegates] of paths) {
        for (const { email } of live) {
          const permissions = await can(from, email);
          if (permissions.has(DELEGATE) && !paths.has(`serviceAccount:${email}`)) {
            paths.set(`serviceAccount:${email}`, [...delegates, email]);
          }
          for (const permission of MINTS.filter((name) => permissions.has(name))) {
            const token = await cloud.tokenOf(by);
            const answer = await mintFor(cloud, token, { delegates, permission }, email);
            if (answer.status === 200) gain(one, file, email, permission);
          }
          if (from === by && permissions.has(CREATE_KEY)) acts.add(`serviceAccount:${email}`);
        }
      }
    }
  }
  for (const { name, target, secret } of file.chains) {
    const email = targetOf(world, file, target);
    if (email !== undefined && acts.has(`serviceAccount:${email}`)) one.chains.add(name);
    for (const by of acts) if (await canRead(cloud, by, secret)) one.chains.add(name);
  }
}

/** The chain's own target. A new account under the email of a pinned one is another account. */
const targetOf = (world: World, file: Scenario['file'], target: string): string | undefined =>
  isRecreated(file, target) ? undefined : accountNamed(world, target)?.email;

/** A credential of the chain's kind, or an access token of the target. Google exchanges a signature for an access token. */
function gain(one: Attack, file: Scenario['file'], email: string, permission: string): void {
  const isIdToken = permission === permissionOf('id-token');
  if (!isIdToken) one.acts.add(`serviceAccount:${email}`);
  for (const { name, target, credential } of file.chains) {
    const isTarget = targetOf(one.world, file, target) === email;
    if (isTarget && isIdToken && credential.kind === 'id-token') one.chains.add(name);
  }
}

const permissionsOf = async (cloud: WorldCloud, by: string, email: string) =>
  tested(await ask(cloud, by, `/v1/${accountResource(email)}`, PERMISSIONS));

async function isPermitted({ cloud, acts }: Attack, { needs }: Power): Promise<boolean> {
  for (const by of acts) {
    let all = true;
    for (const [permission, on] of needs) {
      // The local cloud has no such call for the value of a tag.
      if (on.startsWith('tagValues/')) continue;
      const version = on.includes('/serviceAccounts/') ? 'v1' : 'v3';
      const answer = await ask(cloud, by, `/${version}/${on}`, [permission]);
      all &&= tested(answer).has(permission);
    }
    if (all) return true;
  }
  return false;
}

const ask = async (cloud: WorldCloud, by: string, path: string, permissions: readonly string[]) =>
  cloud.call(await cloud.tokenOf(by), 'POST', `${path}:testIamPermissions`, { permissions });

const tested = ({ body }: Answer): ReadonlySet<string> =>
  new Set((body.permissions as string[] | undefined) ?? []);

/** The secrets of these worlds have no version. A reader gets 404, and everybody else 403. */
async function canRead(cloud: WorldCloud, by: string, secret: string): Promise<boolean> {
  const path = `/v1/${secret}/versions/latest:access`;
  const { status } = await cloud.call(await cloud.tokenOf(by), 'GET', path);
  return status !== 403;
}
