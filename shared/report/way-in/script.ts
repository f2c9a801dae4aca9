import type { StepIn, WayIn } from '../../domain/audit/ways-in/way-in.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import { commandLine } from '../../domain/basics/text/shell-line.ts';
import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import type { Chain } from '../../domain/chain/chain.ts';
import { DELEGATION_PERMISSION } from '../../domain/chain/hop.ts';
import { HOP_ROLE } from '../../domain/grants/fix.ts';
import { CREATE_KEY, READ_SECRET, setsPolicy } from '../../domain/iam/permissions.ts';
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

/**
 * A shell script that takes a way in, step by step, with gcloud. Its values come from policies, so each one is a quoted argument. It keeps the
 * tokens in files that it removes, and prints none.
 */
export function wayInScript(shown: Shown): string {
  const { wayIn, askedAt } = shown;
  const { from, steps: instants } = wayIn.when;
  const blocks = blocksOf(shown);
  const isLater = new Date(from) > askedAt;
  const lines = [
    ...headerOf(shown),
    ...(isLater ? [`echo ${shellArgument(`This way works from ${from}.`)}`] : []),
    ...blocks.flatMap(({ title, commands, again }, i) => {
      const number = i + 1;
      const at = instants?.[i];
      const text = [
        '',
        `# ${number}. ${title}`,
        `echo ${shellArgument(`step ${number} of ${blocks.length}: ${title}`)}`,
        ...commands,
      ];
      if (!instants) return text;
      const isNext = at !== undefined && at !== instants[i - 1] && i > 0;
      return [
        '',
        ...(isNext
          ? [
              `if [ "$first" -lt ${number} ]; then`,
              `  echo ${shellArgument(`Step ${number} works from ${at}. Then run this script with the argument ${number}.`)}`,
              '  exit 0',
              'fi',
            ]
          : []),
        ...(again
          ? text.slice(1)
          : [
              `if [ "$first" -le ${number} ]; then`,
              ...text.slice(1).map((line) => `  ${line}`),
              'fi',
            ]),
      ];
    }),
    '',
    ...proofOf(shown),
  ];
  return `${lines.join('\n')}\n`;
}

function headerOf({ chain, member, wayIn, askedAt }: Shown): string[] {
  const { from, steps } = wayIn.when;
  const moves = wayIn.steps.some(({ change }) => change?.is === 'move');
  return [
    '#!/bin/sh',
    `# How ${printable(member)} gets a credential of the chain ${chain.name}, according to the policies of ${askedAt.toISOString()}.`,
    `# It works from ${from}${steps ? ', one step after the other' : ''}.`,
    ...wayIn.assumes.map((assumed) => `# It assumes that ${printable(assumed)}.`),
    ...PRELUDE.trim().split('\n'),
    ...(isEveryone(member)
      ? [`: "\${ME:?write the member that runs this script, as in user:you@example.com}"`, 'me=$ME']
      : []),
    ...(moves ? [`: "\${DESTINATION:?write the number of the folder to move to}"`] : []),
    ...(steps ? [`first=\${1:-1}`] : []),
  ];
}

/** Google accepts no grant to everyone on an account. */
const isEveryone = (member: string): boolean =>
  member === 'allUsers' || member === 'allAuthenticatedUsers';

const PRELUDE = `
# This script changes policies, keys, roles and accounts, and does not change them back.
# Run it only in the local cloud or in a test project, and as this member: gcloud acts as you.
# Google needs some minutes until a grant takes effect. So each mint is tried TRIES times, by default 40, every ten seconds.
set -eu
umask 077
if [ -z "\${HOPMINT_CLOUD:-}" ] && [ "\${CHANGE_POLICIES:-}" != yes ]; then
  echo 'This script changes policies. Run it in the local cloud, or set CHANGE_POLICIES=yes for a test project.' >&2
  exit 2
fi
credentials=\${HOPMINT_CLOUD:-https://iamcredentials.googleapis.com}
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
as_key() (
  unset CLOUDSDK_AUTH_ACCESS_TOKEN_FILE
  CLOUDSDK_CONFIG="$files/gcloud" "$@"
)
try() {
  left=\${TRIES:-40}
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 10
  done
}
`;

/** What gcloud does in one step. `again`: it must be done again when the script goes on later. */
type Block = {
  readonly title: string;
  readonly commands: readonly string[];
  readonly again: boolean;
};

/** Who does a step. */
type Actor = {
  /** The file with its token, quoted. Undefined for the member itself. */
  readonly token: string | undefined;
  readonly member: string | undefined;
};

/** The commands of all steps, with the token of the account that each step acts as. */
function blocksOf({ chain, member, wayIn }: Shown): Block[] {
  const blocks: Block[] = [];
  let delegates: string[] = [];
  let actor: Actor = { token: undefined, member: isEveryone(member) ? undefined : member };
  const asActor = (command: string) =>
    actor.token === undefined
      ? command
      : `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=${actor.token} ${command}`;
  for (const [i, step] of wayIn.steps.entries()) {
    const { way, change, snapshot } = step;
    const number = i + 1;
    const file = (name: string) => `"$files/${number}${name}"`;
    const isLast = number === wayIn.steps.length;
    const title = titleOf(step);
    const block = (commands: readonly string[], again = false) =>
      blocks.push({ title, commands, again });
    if (change) {
      block(
        changeCommands(change, snapshot, file('.json')).map((one) =>
          one.startsWith('gcloud') ? asActor(one) : one,
        ),
      );
      continue;
    }
    const { asset, permission } = way;
    const email = asset.account?.email ?? '';
    if (permission === DELEGATION_PERMISSION) {
      delegates.push(email);
      block([`: ${shellArgument(`delegates through ${email}`)}`], true);
      continue;
    }
    const to = isLast ? '"$files/credential"' : file('');
    const become = (accounts: readonly string[]): string[] =>
      isLast
        ? credentialCommands(chain.credential, accounts, { to, input: file('.in') })
        : [accessTokenCommand(accounts, to)];
    const tried = (commands: readonly string[]) => {
      const all = commands.map((one) => (one.startsWith('gcloud') ? asActor(one) : one));
      return tryAll('mint', all);
    };
    if (permission === READ_SECRET) {
      block(tried([readSecret(asset.name, to)]), true);
    } else if (permission === CREATE_KEY) {
      block(
        keyCommands(email, asset.account?.projectId ?? '', file('.key'), to).map((one) =>
          one.startsWith('gcloud iam') ? asActor(one) : one,
        ),
      );
    } else if (setsPolicy(permission)) {
      const grants = grantCommands(step, actor.member, file('.json')).map((one) =>
        one.startsWith('gcloud') ? asActor(one) : one,
      );
      const mint = asset.is === 'secret' ? [readSecret(asset.name, to)] : become([email]);
      block([...grants, ...tried(mint)]);
    } else {
      block(tried(become([...delegates, email])), true);
    }
    delegates = [];
    actor = { token: to, member: `serviceAccount:${email}` };
  }
  return blocks;
}

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

/** The key is activated in a configuration of its own, so that gcloud's own one stays as it is. */
const keyCommands = (email: string, project: string, key: string, to: string): string[] => [
  `gcloud iam service-accounts keys create ${key} ${flagsOf([`--iam-account=${email}`, `--project=${project}`])}`,
  ...tryAll('key', [
    `as_key gcloud auth activate-service-account --key-file=${key}`,
    `as_key gcloud auth print-access-token > ${to}`,
  ]),
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

/** Shows that the credential was minted, without the credential. */
function proofOf({ chain, wayIn }: Shown): string[] {
  const { credential } = chain;
  const last = wayIn.steps.at(-1)?.way;
  const isToken = credential.kind === 'access-token' || last?.permission === CREATE_KEY;
  const isFromSecret = last?.asset.is === 'secret';
  const asked = isToken ? 'access_token' : credential.kind === 'id-token' ? 'id_token' : undefined;
  const minted = isFromSecret ? 'read' : 'minted';
  const target = wayIn.steps.at(-1)?.way.asset.account?.email;
  if (asked === undefined || (isFromSecret && chain.format !== 'raw')) {
    return [
      'test -s "$files/credential"',
      `echo ${shellArgument(`${minted}: a ${credential.kind}${target === undefined ? '' : ` of ${target}`}`)}`,
    ];
  }
  return [
    'tr -d "\\r\\n" < "$files/credential" > "$files/token"',
    `curl -sf --data-urlencode "${asked}@$files/token" "\${HOPMINT_CLOUD:-https://oauth2.googleapis.com}/tokeninfo" > "$files/info"`,
    `email=$(sed -n 's/.*"email": *"\\([^"]*\\)".*/\\1/p' "$files/info")`,
    `id=$(sed -n 's/.*"azp": *"\\([^"]*\\)".*/\\1/p' "$files/info")`,
    `echo "${minted}: an ${isToken ? 'access token' : 'ID token'} of \${email:-$id}"`,
  ];
}
