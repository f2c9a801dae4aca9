import { secretToChange } from '../../local/services/secretmanager/secret-store.ts';
import type { Fault as LocalFault } from '../../local/state/emulator/fault.ts';
import { advance, type Delivery, type Deployment } from '../simulation/deployment.ts';
import type { Gate, Intervention } from '../simulation/gate.ts';
import type { SecretWatch } from '../simulation/secret-watch.ts';
import { FOREIGN_PAYLOAD } from '../simulation/stored-credential.ts';

/** The call that a fault meets, and the instance that makes it. */
export type CallContext = {
  readonly deployment: Deployment;
  readonly gate: Gate;
  readonly watch: SecretWatch;
  readonly delivery: Delivery;
  readonly topic: 'tick' | 'mint';
  /** The secret of the only chain. */
  readonly secret: string;
  /** The API method, such as `secretmanager projects.secrets.patch`. */
  readonly call: string;
};

export type Fault = {
  readonly name: string;
  readonly intervene: (context: CallContext) => Intervention;
  /** The fault meets every attempt of the call, until the instance gives up. */
  readonly repeats?: true;
  /** The process is killed. Its message is nacked at once, or is delivered again when its acknowledgement deadline has passed. */
  readonly ends?: 'nacked' | 'not acknowledged';
  /** The instance is frozen before the call is sent. */
  readonly freezesBefore?: true;
  /** Runs while the instance is frozen. */
  readonly whileFrozen?: (context: CallContext) => Promise<void>;
  /** The calls that the fault is for; all calls by default. */
  readonly appliesTo?: (call: string) => boolean;
};

/** A fault of the local cloud. */
const atGoogle =
  (fault: Omit<LocalFault, 'path' | 'times'>) =>
  ({ deployment: { local } }: CallContext): Intervention =>
  (send) => {
    local.state.faults = [{ path: '.', times: 1, ...fault }];
    return send();
  };

/** The call takes longer than its timeout. */
const timeOut = (deployment: Deployment): never => {
  advance(deployment, 10);
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
};

/** The call takes longer than the deadline of the run. */
const passDeadline = ({ deployment, gate }: CallContext): never => {
  advance(deployment, 45);
  gate.deadline.abort();
  throw gate.deadline.signal.reason;
};

const frozenBefore: Intervention = async (send, freeze) => {
  await freeze();
  return send();
};

const frozenAfter: Intervention = async (send, freeze) => {
  const response = await send();
  await freeze();
  return response;
};
/** The timer of the deadline fires when the instance is thawed. */
const pastDeadline =
  (frozen: Intervention) =>
  ({ gate }: CallContext): Intervention =>
  async (send, freeze) => {
    const response = await frozen(send, freeze);
    gate.deadline.abort();
    return response;
  };

const ticksFor =
  (minutes: number) =>
  async ({ deployment }: CallContext): Promise<void> => {
    deployment.restart(); // other instances serve the ticks
    advance(deployment, 60);
    await deployment.tick();
    // Five minutes are `rotateEvery`, so each tick rotates.
    for (let minute = 1; minute < minutes; minute += 5) {
      advance(deployment, 300);
      await deployment.tick();
    }
  };

/** Delivers the same message to another instance, which runs to its end. */
const deliverAgain = async ({ deployment, delivery, topic }: CallContext): Promise<void> => {
  await deployment[topic === 'tick' ? 'newFanout' : 'newMint']().run(delivery);
};

const patch = (
  { deployment: { local, asAda }, secret }: Pick<CallContext, 'deployment' | 'secret'>,
  annotations: (was: Record<string, string>) => Record<string, string>,
) => {
  const was = local.state.secrets.get(secret)?.annotations ?? {};
  return asAda('PATCH', `/v1/${secret}?updateMask=annotations`, { annotations: annotations(was) });
};

const annotate = (context: CallContext) => patch(context, (was) => ({ ...was, team: 'billing' }));

const wipe = (context: CallContext) =>
  patch(context, (was) =>
    Object.fromEntries(Object.entries(was).filter(([key]) => !key.startsWith('hopmint-'))),
  );

const unlabel = async ({ deployment: { local }, secret }: CallContext) => {
  secretToChange(local.state, secret).labels = {};
};

const relabel = async ({ deployment: { local }, secret }: CallContext) => {
  secretToChange(local.state, secret).labels = { 'managed-by': 'hopmint' };
};

const addForeignVersion = ({ deployment: { asAda }, secret }: CallContext) =>
  asAda('POST', `/v1/${secret}:addVersion`, {
    payload: { data: Buffer.from(FOREIGN_PAYLOAD).toString('base64') },
  });

/** What a person may do to the secret of a chain. */
export const PERSON: Readonly<
  Record<string, (context: Pick<CallContext, 'deployment' | 'secret'>) => Promise<unknown>>
> = {
  'the newest version disabled by somebody': ({ deployment, secret }) => {
    const newest = deployment.local.state.secrets.get(secret)?.versions.length ?? 0;
    return setState(deployment, secret, newest, 'disable');
  },
  'the current version disabled by somebody': ({ deployment, secret }) => {
    const current = deployment.local.state.secrets.get(secret)?.versionAliases.current ?? 0;
    return setState(deployment, secret, current, 'disable');
  },
  'the newest version destroyed by somebody': ({ deployment, secret }) => {
    const newest = deployment.local.state.secrets.get(secret)?.versions.length ?? 0;
    return setState(deployment, secret, newest, 'destroy');
  },
  'the ledger forged, with times of 2099': (context) =>
    patch(context, (was) => ({
      ...was,
      'hopmint-minted-at': '2099-01-01T00:00:00Z',
      'hopmint-expires-at': '2099-01-01T01:00:00Z',
    })),
  'the ledger forged, with numbers never added': (context) =>
    patch(context, (was) => ({ ...was, 'hopmint-current': '1000', 'hopmint-previous': '999' })),
};

async function setState(
  { local, asAda }: Deployment,
  secret: string,
  number: number,
  verb: 'disable' | 'destroy',
): Promise<void> {
  const state = local.state.secrets.get(secret)?.versions[number - 1]?.state;
  if (state === undefined || state === 'DESTROYED') return;
  await asAda('POST', `/v1/${secret}/versions/${number}:${verb}`, {});
}

/** Two faults: the event happens before Google receives the call, or after Google has handled it and before the response arrives. */
const around = (name: string, event: (context: CallContext) => Promise<unknown>): Fault[] => [
  {
    name: `${name}, before the call`,
    intervene: (context) => async (send) => {
      await event(context);
      return send();
    },
  },
  {
    name: `${name}, before the response`,
    intervene: (context) => async (send) => {
      const response = await send();
      await event(context);
      return response;
    },
  },
];

const reads = (call: string): boolean => /secrets\.(get|list)$/.test(call);

/** Secret Manager returns an old state. */
const staleRead = (seconds: number, repeats?: true): Fault => ({
  name: `a read ${seconds} s old${repeats ? ', every time' : ''}`,
  appliesTo: reads,
  ...(repeats && { repeats }),
  intervene:
    ({ deployment: { local } }) =>
    async (send) => {
      const { random } = local.state;
      // The local cloud draws the age of a read from 0 s to `staleReadSeconds`, which is an hour.
      local.state.random = () => seconds / 3600;
      try {
        return await send();
      } finally {
        local.state.random = random;
      }
    },
});

/** A valid credential, but not the requested one, as a broken cache would return it. */
const wrongCredential: Fault = {
  name: 'the response to another request',
  appliesTo: (call) => call.startsWith('iamcredentials'),
  intervene: (context) => async (send) => {
    const body = (await (await send()).json()) as Record<string, unknown>;
    return Response.json({ ...body, ...(await otherCredential(context, Object.keys(body))) });
  },
};

/** A credential of the minter. */
async function otherCredential(
  { deployment: { local, asAda } }: CallContext,
  fields: string[],
): Promise<object> {
  const minter = [...local.state.accounts.values()].find(({ email }) => /^minter@/.test(email));
  const iat = Math.floor(local.state.now().getTime() / 1000);
  local.state.policies.set(`projects/acme-ops/serviceAccounts/${minter?.email}`, {
    bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: ['user:ada@acme.com'] }],
  });
  const path = `/v1/projects/-/serviceAccounts/${minter?.email}`;
  const claims = { iss: minter?.email, sub: minter?.email, iat, exp: iat + 3600, aud: 'x' };
  const [method, body] = fields.includes('accessToken')
    ? ['generateAccessToken', { scope: ['https://www.googleapis.com/auth/cloud-platform'] }]
    : fields.includes('token')
      ? ['generateIdToken', { audience: 'https://elsewhere.example.com' }]
      : fields.includes('signedJwt')
        ? ['signJwt', { payload: JSON.stringify(claims) }]
        : ['signBlob', { payload: Buffer.from('release 43').toString('base64') }];
  return (await asAda('POST', `${path}:${method}`, body as object)) as object;
}

const STATUSES = [429, 500, 503];

export const FAULTS: readonly Fault[] = [
  { name: 'the process killed, before the call', intervene: () => frozenBefore, ends: 'nacked' },
  { name: 'the process killed, after the call', intervene: () => frozenAfter, ends: 'nacked' },
  {
    name: 'the process killed without a nack, before the call',
    intervene: () => frozenBefore,
    ends: 'not acknowledged',
  },
  {
    name: 'the process killed without a nack, after the call',
    intervene: () => frozenAfter,
    ends: 'not acknowledged',
  },
  { name: 'the response lost', intervene: atGoogle({ loseAnswer: true }) },
  { name: 'every response lost', intervene: atGoogle({ loseAnswer: true }), repeats: true },
  ...STATUSES.map((status) => ({ name: `${status}`, intervene: atGoogle({ status }) })),
  { name: '503 until it gives up', intervene: atGoogle({ status: 503 }), repeats: true },
  { name: 'a reset', intervene: atGoogle({ reset: true }) },
  { name: 'resets until it gives up', intervene: atGoogle({ reset: true }), repeats: true },
  {
    name: 'a timeout, before the call',
    intervene:
      ({ deployment }) =>
      () =>
        timeOut(deployment),
  },
  {
    name: 'a timeout, after the call',
    intervene:
      ({ deployment }) =>
      async (send) => {
        await send();
        return timeOut(deployment);
      },
  },
  {
    name: 'timeouts until it gives up',
    intervene:
      ({ deployment }) =>
      () =>
        timeOut(deployment),
    repeats: true,
  },
  { name: 'the deadline, before the call', intervene: (context) => () => passDeadline(context) },
  {
    name: 'the deadline, after the call',
    intervene: (context) => async (send) => {
      await send();
      return passDeadline(context);
    },
  },
  ...[1, 60].flatMap((minutes): Fault[] => {
    const frozen = `frozen for ${minutes === 60 ? 'an hour' : 'a minute'}`;
    const whileFrozen = ticksFor(minutes);
    const before = { freezesBefore: true, whileFrozen } as const;
    return [
      { name: `${frozen}, before the call`, intervene: () => frozenBefore, ...before },
      { name: `${frozen}, after the call`, intervene: () => frozenAfter, whileFrozen },
      {
        name: `${frozen}, before the call, past the deadline`,
        intervene: pastDeadline(frozenBefore),
        ...before,
      },
      {
        name: `${frozen}, after the call, past the deadline`,
        intervene: pastDeadline(frozenAfter),
        whileFrozen,
      },
    ];
  }),
  ...around('a duplicate delivery', deliverAgain),
  ...around('an edit by somebody else', annotate),
  ...around('the ledger wiped', wipe),
  ...around('the label removed and added again', async (context) => {
    await unlabel(context);
    await relabel(context);
  }),
  ...around('a version added by somebody else', addForeignVersion),
  ...Object.entries(PERSON).flatMap(([name, act]) =>
    around(name, (context) => context.watch.person(() => act(context))),
  ),
  staleRead(20),
  staleRead(3599),
  staleRead(3599, true),
  wrongCredential,
];
