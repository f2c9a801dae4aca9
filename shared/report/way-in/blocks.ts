import type { StepIn, WayIn } from '../../domain/audit/ways-in/way-in.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import { commandLine } from '../../domain/basics/text/shell-line.ts';
import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import type { Chain } from '../../domain/chain/chain.ts';
import { DELEGATION_PERMISSION } from '../../domain/chain/hop.ts';
import { HOP_ROLE } from '../../domain/grants/fix.ts';
import { CREATE_KEY, setsPolicy } from '../../domain/iam/permissions.ts';
import { changeCommands } from './change-command.ts';
import { addMember, flagsOf, writePolicy } from './grant-command.ts';
import { accessTokenCommand, credentialCommands } from './mint-command.ts';

/** What a script shows. */
export type Shown = {
  readonly chain: Chain;
  /** As IAM writes it. */
  readonly member: string;
  readonly wayIn: WayIn;
  readonly askedAt: Date;
};

/** Google accepts no grant to everyone on an account. */
export const isEveryone = (member: string): boolean =>
  member === 'allUsers' || member === 'allAuthenticatedUsers';

/** The commands of one step. `always`: those that are needed again when the script goes on later. */
export type Block = {
  readonly title: string;
  readonly once: readonly string[];
  readonly always: readonly string[];
};

/** Who does a step. */
type Actor = {
  /** The file with its token, quoted. Undefined for the member itself. */
  readonly token: string | undefined;
  readonly member: string | undefined;
};

/** The commands of all steps, with the token of the account that each step acts as. */
export function blocksOf({ chain, member, wayIn }: Shown): Block[] {
  const blocks: Block[] = [];
  let delegates: string[] = [];
  let actor: Actor = { token: undefined, member: isEveryone(member) ? undefined : member };
  for (const [i, step] of wayIn.steps.entries()) {
    const { way, change, snapshot } = step;
    const { asset, permission } = way;
    const email = asset.account?.email ?? '';
    const number = i + 1;
    const file = (name: string) => `"$files/${number}${name}"`;
    const isLast = number === wayIn.steps.length;
    const to = isLast ? '"$files/credential"' : file('');
    const asActor = (commands: readonly string[]) => commands.map((one) => actedBy(actor, one));
    const become = (accounts: readonly string[]): string[] =>
      isLast
        ? credentialCommands(chain.credential, accounts, { to, input: file('.in') })
        : [accessTokenCommand(accounts, to)];
    const add = (once: readonly string[], always: readonly string[] = []) =>
      blocks.push({ title: titleOf(step), once, always });

    if (change) {
      add(asActor(changeCommands(change, snapshot, file('.json'))));
      continue;
    }
    if (permission === DELEGATION_PERMISSION) {
      delegates.push(email);
      add([], [`: ${shellArgument(`delegates through ${email}`)}`]);
      continue;
    }
    if (permission === CREATE_KEY) {
      const at = flagsOf([`--iam-account=${email}`, `--project=${asset.account?.projectId ?? ''}`]);
      const key = file('.key');
      add(
        [
          ...asActor([`gcloud iam service-accounts keys create ${key} ${at}`]),
          ...tryAll('key', [`as_key gcloud auth activate-service-account --key-file=${key}`]),
        ],
        [`as_key gcloud auth print-access-token > ${to}`],
      );
    } else {
      const grants = setsPolicy(permission) ? grantCommands(step, actor.member, file('.json')) : [];
      const mint =
        asset.is === 'secret' ? [readSecret(asset.name, to)] : become([...delegates, email]);
      add(asActor(grants), tryAll('mint', asActor(mint)));
    }
    delegates = [];
    actor = { token: to, member: `serviceAccount:${email}` };
  }
  return blocks;
}

/** A command of gcloud as an account. The member itself is who gcloud is anyway. */
const actedBy = ({ token }: Actor, command: string): string =>
  token === undefined || !command.startsWith('gcloud')
    ? command
    : `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=${token} ${command}`;

function titleOf({ way, change }: StepIn): string {
  const { permission, asset } = way;
  const what = change ? `${change.is.replaceAll('-', ' ')}: ` : '';
  return printable(`${what}${permission} on ${asset.name}`);
}

function readSecret(secret: string, to: string): string {
  const [, project = '', , name = ''] = secret.split('/');
  return `${commandLine('gcloud secrets versions access latest', [`--secret=${name}`, `--project=${project}`])} --out-file=${to}`;
}

/** Tries some commands together. In a function that is tried, a shell does not stop at a failure, so they are joined. */
const tryAll = (name: string, commands: readonly string[]): string[] => [
  `${name}() {`,
  ...commands.map((one, i) => `  ${one}${i + 1 < commands.length ? ' &&' : ''}`),
  '}',
  `try ${name}`,
];

/** A grant of the role that a hop needs, or of the right to read a secret. */
function grantCommands(
  { way, snapshot }: StepIn,
  member: string | undefined,
  file: string,
): string[] {
  const { holder, asset, permission } = way;
  const role = asset.is === 'secret' ? 'roles/secretmanager.secretAccessor' : HOP_ROLE;
  const [, level] = /^resourcemanager\.(\w+)\.setIamPolicy$/.exec(permission) ?? [];
  const resource =
    (level && asset.above.find((container) => container.startsWith(`${level}/`))) ?? asset.resource;
  const grant = { resource, role, member };
  const known = snapshot.roles.get(holder.binding.role)?.permissions;
  const mayRead = known?.has(permission.replace('setIamPolicy', 'getIamPolicy')) ?? true;
  const policy = snapshot.policies.get(resource);
  return mayRead || !policy ? [addMember(grant)] : writePolicy(grant, policy, file);
}
