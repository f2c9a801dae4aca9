import { secretToChange } from '../../local/services/secretmanager/secret-store.ts';
import type { Fault as LocalFault } from '../../local/state/fault.ts';
import type { Delivery, Deployment } from '../simulation/deployment.ts';
import { advance } from '../simulation/deployment.ts';

import type { Gate, How } from '../simulation/gate.ts';

import { THEIRS } from '../simulation/stored-credential.ts';

/** Where a fault strikes: one instance, held before one of its calls. */
export type Scene = {
  readonly deployment: Deployment;
  readonly gate: Gate;
  readonly delivery: Delivery;
  readonly topic: 'tick' | 'mint';
  /** The secret of the one chain. */
  readonly secret: string;
  /** As Google names it, as in `secretmanager projects.secrets.patch`. */
  readonly call: string;
};

/** What can go wrong around one call. */
export type Fault = {
  readonly name: string;
  readonly how: (scene: Scene) => How;
  /** Strikes every attempt of the call, until the instance gives up. */
  readonly lasts?: true;
  /** The process never comes back: its message is given back at once, or when its deadline has passed. */
  readonly ends?: 'nacked' | 'forgotten';
  /** What happens while the instance is frozen. */
  readonly meanwhile?: (scene: Scene) => Promise<void>;
  /** Where it means anything; everywhere by default. */
  readonly strikes?: (call: string) => boolean;
};

/** Google goes wrong in its own way, answers and all. */
const atGoogle =
  (fault: Omit<LocalFault, 'path' | 'times'>) =>
  ({ deployment: { local } }: Scene): How =>
  (send) => {
    local.state.faults = [{ path: '.', times: 1, ...fault }];
    return send();
  };

/** What a caller sees whose call takes longer than it waits. */
const timedOut = (deployment: Deployment): never => {
  advance(deployment, 10);
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
};

const outOfTime = ({ deployment, gate }: Scene): never => {
  advance(deployment, 45);
  gate.deadline.abort();
  throw gate.deadline.signal.reason;
};

const whileParked: How = async (send, park) => {
  await park();
  return send();
};

const parkedAfter: How = async (send, park) => {
  const answer = await send();
  await park();
  return answer;
};

/** As `whileParked` and `parkedAfter`; the timers of the process go off when it wakes. */
const expired =
  (how: How) =>
  ({ gate }: Scene): How =>
  async (send, park) => {
    const answer = await how(send, park);
    gate.deadline.abort();
    return answer;
  };

const ticksFor =
  (minutes: number) =>
  async ({ deployment }: Scene): Promise<void> => {
    deployment.restart(); // whatever else runs is another instance
    advance(deployment, 60);
    await deployment.tick();
    // From here on each tick rotates: between them nothing is due.
    for (let minute = 1; minute < minutes; minute += 5) {
      advance(deployment, 300);
      await deployment.tick();
    }
  };

/** The same message once more, to another instance, which runs to its end. */
const again = async ({ deployment, delivery, topic }: Scene): Promise<void> => {
  await deployment[topic === 'tick' ? 'fanout' : 'mint']().run(delivery);
};

const patch = (
  { deployment: { local, ada }, secret }: Scene,
  annotations: (was: Record<string, string>) => Record<string, string>,
) => {
  const was = local.state.secrets.get(secret)?.annotations ?? {};
  return ada('PATCH', `/v1/${secret}?updateMask=annotations`, { annotations: annotations(was) });
};

const annotate = (scene: Scene) => patch(scene, (was) => ({ ...was, team: 'billing' }));

const wipe = (scene: Scene) =>
  patch(scene, (was) =>
    Object.fromEntries(Object.entries(was).filter(([key]) => !key.startsWith('hopmint-'))),
  );

const unlabel = async ({ deployment: { local }, secret }: Scene) => {
  secretToChange(local.state, secret).labels = {};
};

const relabel = async ({ deployment: { local }, secret }: Scene) => {
  secretToChange(local.state, secret).labels = { 'managed-by': 'hopmint' };
};

const addTheirs = ({ deployment: { ada }, secret }: Scene) =>
  ada('POST', `/v1/${secret}:addVersion`, {
    payload: { data: Buffer.from(THEIRS).toString('base64') },
  });

/** Something happens before the call, or between its work and its answer. */
const around = (name: string, event: (scene: Scene) => Promise<unknown>): Fault[] => [
  {
    name: `${name}, before the call`,
    how: (scene) => async (send) => {
      await event(scene);
      return send();
    },
  },
  {
    name: `${name}, before its answer`,
    how: (scene) => async (send) => {
      const answer = await send();
      await event(scene);
      return answer;
    },
  },
];

const reads = (call: string): boolean => /secrets\.(get|list)$/.test(call);

/** Secret Manager answers with what was a while ago. */
const stale = (seconds: number, lasts?: true): Fault => ({
  name: `a read ${seconds} s old${lasts ? ', again and again' : ''}`,
  strikes: reads,
  ...(lasts && { lasts }),
  how:
    ({ deployment: { local } }) =>
    async (send) => {
      const fresh = local.state.random;
      // The age of a read is drawn from nothing to an hour.
      local.state.random = () => seconds / 3600;
      try {
        return await send();
      } finally {
        local.state.random = fresh;
      }
    },
});

/** Another credential than the one that was asked for, as from a broken cache. */
const swapped: Fault = {
  name: 'the answer to another question',
  strikes: (call) => call.startsWith('iamcredentials'),
  how: (scene) => async (send) => {
    const answer = (await (await send()).json()) as Record<string, unknown>;
    return Response.json({ ...answer, ...(await otherOf(scene, Object.keys(answer))) });
  },
};

/** A real credential of the minter itself. */
async function otherOf({ deployment: { local, ada } }: Scene, fields: string[]): Promise<object> {
  const minter = [...local.state.accounts.values()].find(({ email }) => /^minter@/.test(email));
  const { iat = 0 } = { iat: Math.floor(local.state.now().getTime() / 1000) };
  local.state.policies.set(`projects/acme-ops/serviceAccounts/${minter?.email}`, {
    bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: ['user:ada@acme.com'] }],
  });
  const at = `/v1/projects/-/serviceAccounts/${minter?.email}`;
  const claims = { iss: minter?.email, sub: minter?.email, iat, exp: iat + 3600, aud: 'x' };
  const [method, body] = fields.includes('accessToken')
    ? ['generateAccessToken', { scope: ['https://www.googleapis.com/auth/cloud-platform'] }]
    : fields.includes('token')
      ? ['generateIdToken', { audience: 'https://elsewhere.example.com' }]
      : fields.includes('signedJwt')
        ? ['signJwt', { payload: JSON.stringify(claims) }]
        : ['signBlob', { payload: Buffer.from('release 43').toString('base64') }];
  return (await ada('POST', `${at}:${method}`, body as object)) as object;
}

const STATUSES = [429, 500, 503];

export const FAULTS: readonly Fault[] = [
  { name: 'the process gone, before the call', how: () => whileParked, ends: 'nacked' },
  { name: 'the process gone, done', how: () => parkedAfter, ends: 'nacked' },
  {
    name: 'the process gone, unnoticed, before the call',
    how: () => whileParked,
    ends: 'forgotten',
  },
  { name: 'the process gone, unnoticed, done', how: () => parkedAfter, ends: 'forgotten' },
  { name: 'the answer lost', how: atGoogle({ loseAnswer: true }) },
  { name: 'every answer lost', how: atGoogle({ loseAnswer: true }), lasts: true },
  ...STATUSES.map((status) => ({ name: `${status}`, how: atGoogle({ status }) })),
  { name: '503 until it gives up', how: atGoogle({ status: 503 }), lasts: true },
  { name: 'a reset', how: atGoogle({ reset: true }) },
  { name: 'resets until it gives up', how: atGoogle({ reset: true }), lasts: true },
  {
    name: 'a timeout',
    how:
      ({ deployment }) =>
      () =>
        timedOut(deployment),
  },
  {
    name: 'a timeout, done',
    how:
      ({ deployment }) =>
      async (send) => {
        await send();
        return timedOut(deployment);
      },
  },
  {
    name: 'timeouts until it gives up',
    how:
      ({ deployment }) =>
      () =>
        timedOut(deployment),
    lasts: true,
  },
  { name: 'the deadline, before the call', how: (scene) => () => outOfTime(scene) },
  {
    name: 'the deadline, done',
    how: (scene) => async (send) => {
      await send();
      return outOfTime(scene);
    },
  },
  ...[1, 60].flatMap((minutes): Fault[] => {
    const frozen = `frozen for ${minutes === 60 ? 'an hour' : 'a minute'}`;
    const meanwhile = ticksFor(minutes);
    return [
      { name: `${frozen}, before the call`, how: () => whileParked, meanwhile },
      { name: `${frozen}, done`, how: () => parkedAfter, meanwhile },
      { name: `${frozen}, before the call, out of time`, how: expired(whileParked), meanwhile },
      { name: `${frozen}, done, out of time`, how: expired(parkedAfter), meanwhile },
    ];
  }),
  ...around('a duplicate delivery', again),
  ...around('a foreign edit', annotate),
  ...around('the ledger wiped', wipe),
  ...around('the label gone for a moment', async (scene) => {
    await unlabel(scene);
    await relabel(scene);
  }),
  ...around('a version added by someone else', addTheirs),
  stale(20),
  stale(3599),
  stale(3599, true),
  swapped,
];
