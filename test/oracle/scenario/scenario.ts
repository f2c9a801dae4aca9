import fc from 'fast-check';
import type { World } from '../iam/world.ts';
import { conditions } from './conditions.ts';
import { editors, type Grant, grants, hopGrant } from './grants.ts';
import {
  ACCOUNTS,
  BUCKET,
  FOLDERS,
  idOf,
  MINTER,
  NOW,
  OBJECT,
  ORGANIZATION,
  PEOPLE,
  PROJECTS,
} from './names.ts';
import { members } from './principals.ts';
import { settings, worldOf } from './world.ts';

/** A chain file as people write it, as far as the oracle reads it. */
export type ChainText = {
  readonly name: string;
  readonly delegates: readonly string[];
  readonly target: string;
  readonly credential: { readonly kind: string };
  readonly secret: string;
};
export type FileText = {
  readonly caller: string;
  readonly publishTo?: string;
  readonly tickEvery: string;
  readonly defaults: object;
  readonly chains: readonly ChainText[];
  readonly administrators?: readonly { readonly member: string; readonly on: string }[];
  readonly exceptions?: readonly { readonly account: string; readonly member: string }[];
  /** The unique IDs that the chains write next to some emails. Another ID than that of the account: the account was created again. */
  readonly pins?: Readonly<Record<string, string>>;
};

/** The file as people write it: a pinned account has its email and its unique ID. */
export function writtenFile({ pins = {}, chains: all, ...file }: FileText): object {
  const written = (email: string) =>
    pins[email] === undefined ? email : { email, uniqueId: pins[email] };
  return {
    ...file,
    chains: all.map(({ delegates, target, ...chain }) => ({
      ...chain,
      delegates: delegates.map(written),
      target: written(target),
    })),
  };
}

/** The chains mean an account that is gone. The one that has its email now is another one. */
export const isRecreated = ({ pins = {} }: FileText, email: string): boolean =>
  pins[email] !== undefined && pins[email] !== idOf(email);

/** A world, a chain file, and calls to try. */
export type Scenario = {
  readonly world: World;
  readonly file: FileText;
  readonly probes: readonly {
    readonly who: string;
    readonly delegates: readonly string[];
    readonly target: string;
  }[];
};

const CREDENTIALS = [
  { kind: 'access-token', scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
  { kind: 'id-token', audience: 'https://partner.example.com' },
  { kind: 'signed-jwt', claims: { aud: 'https://partner.example.com' } },
  { kind: 'signed-blob', payload: { text: 'release' } },
];
/** The unique ID of an account that had the same email before. */
const oldIdOf = (email: string): string => `9${idOf(email).slice(1)}`;
const OTHERS = ACCOUNTS.filter((email) => email !== MINTER);

const chains = fc
  .array(
    fc.record({
      accounts: fc.uniqueArray(fc.constantFrom(...OTHERS), { minLength: 1, maxLength: 3 }),
      credential: fc.oneof(
        { weight: 3, arbitrary: fc.constant(CREDENTIALS[0]) },
        { weight: 1, arbitrary: fc.constantFrom(...CREDENTIALS.slice(1)) },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((all) =>
    all.map(({ accounts, credential }, i) => ({
      name: `chain-${i}`,
      delegates: accounts.slice(0, -1),
      target: accounts.at(-1) ?? '',
      credential: credential as { kind: string },
      secret: `projects/acme-ops/secrets/chain-${i}`,
    })),
  );

/** The accounts of a chain, from the caller. */
export const accountsOf = (file: FileText, chain: ChainText): string[] => [
  file.caller,
  ...chain.delegates,
  chain.target,
];

/** A random world with the grants of its chains, most of the time, and some others. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    settings,
    chains,
    hops: fc.infiniteStream(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('granted' as const) },
        { weight: 1, arbitrary: fc.constant('missing' as const) },
        { weight: 2, arbitrary: conditions },
      ),
    ),
    grants: fc.array(grants, { maxLength: 5 }),
    levers: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Grant[]>([]) },
      { weight: 1, arbitrary: editors },
    ),
    isPublished: fc.boolean(),
    pins: fc.oneof(
      { weight: 3, arbitrary: fc.constant<[string, boolean][]>([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.tuple(fc.constantFrom(...OTHERS), fc.boolean()), { maxLength: 2 }),
      },
    ),
    exceptions: fc.array(fc.record({ member: members, on: fc.nat({ max: 9 }) }), { maxLength: 1 }),
    administrators: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(
          fc.record({
            member: members,
            on: fc.constantFrom(...PROJECTS, ...FOLDERS, ORGANIZATION),
          }),
          { minLength: 1, maxLength: 2, selector: ({ member, on }) => `${member} ${on}` },
        ),
      },
    ),
    probes: fc.array(
      fc.record({
        who: fc.constantFrom(...PEOPLE, ...ACCOUNTS.map((email) => `serviceAccount:${email}`)),
        delegates: fc.array(fc.constantFrom(...ACCOUNTS), { minLength: 1, maxLength: 2 }),
        target: fc.constantFrom(...ACCOUNTS),
      }),
      { maxLength: 4 },
    ),
  })
  .map(
    ({
      settings: given,
      chains: all,
      hops,
      grants: some,
      levers,
      isPublished,
      pins,
      exceptions,
      administrators,
      probes,
    }) => {
      const file: FileText = {
        caller: MINTER,
        ...(isPublished && { publishTo: `gs://${BUCKET}/${OBJECT}` }),
        tickEvery: '1m',
        defaults: { lifetime: '1h', rotateEvery: '30m' },
        chains: all,
        ...exceptionsOf(exceptions, all),
        ...administratorsOf(administrators),
        ...(pins.length > 0 && {
          pins: Object.fromEntries(
            pins.map(([email, isNow]) => [email, isNow ? idOf(email) : oldIdOf(email)]),
          ),
        }),
      };
      const stream = hops[Symbol.iterator]();
      const hopGrants = new Map<string, Grant>();
      for (const chain of all) {
        const accounts = accountsOf(file, chain);
        for (const [i, to] of accounts.slice(1).entries()) {
          const { value } = stream.next();
          const { on, binding } = hopGrant(to, accounts[i] ?? '');
          if (value === 'missing') continue;
          hopGrants.set(
            `${accounts[i]} ${to}`,
            value === 'granted'
              ? { on, binding }
              : { on, binding: { ...binding, condition: value } },
          );
        }
      }
      const secrets = all.map(({ secret }) => secret);
      return {
        world: worldOf(given, [...hopGrants.values(), ...some, ...levers], secrets),
        file,
        probes,
      };
    },
  );

/** A chain file declares nobody who is everybody, a whole domain, or gone. */
const MAY_BE_DECLARED = /^(user|group|serviceAccount:[a-z])/;

function administratorsOf(
  drawn: readonly { readonly member: string; readonly on: string }[],
): Pick<FileText, 'administrators'> {
  const administrators = drawn
    .filter(({ member }) => MAY_BE_DECLARED.test(member))
    .map((one) => ({ ...one, reviewed: '2026-11-01' }));
  return administrators.length > 0 ? { administrators } : {};
}

function exceptionsOf(
  drawn: readonly { readonly member: string; readonly on: number }[],
  chainsOf: readonly ChainText[],
): Pick<FileText, 'exceptions'> {
  const accounts = chainsOf.flatMap(({ delegates, target }) => [...delegates, target]);
  const exceptions = drawn
    .filter(({ member }) => MAY_BE_DECLARED.test(member))
    .map(({ member, on }) => ({
      account: accounts[on % accounts.length] ?? '',
      member,
      reason: 'on call',
      owner: 'platform@acme.com',
      expires: new Date(NOW + 90 * 86_400_000).toISOString(),
    }));
  return exceptions.length > 0 ? { exceptions } : {};
}
