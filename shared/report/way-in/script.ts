import { printable } from '../../domain/basics/text/printable.ts';
import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import { CREATE_KEY } from '../../domain/iam/permissions.ts';
import { blocksOf, isEveryone, type Shown } from './blocks.ts';

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
    ...blocks.flatMap(({ title, once, always }, i) => {
      const number = i + 1;
      const text = `echo ${shellArgument(`step ${number} of ${blocks.length}: ${title}`)}`;
      const head = ['', `# ${number}. ${title}`];
      if (!instants) return [...head, text, ...once, ...always];
      const isLaterStep = i > 0 && instants[i] !== instants[i - 1];
      return [
        ...head,
        ...(isLaterStep ? pauseBefore(number, instants[i] ?? '') : []),
        text,
        ...(once.length > 0
          ? [`if [ "$first" -le ${number} ]; then`, ...once.map((line) => `  ${line}`), 'fi']
          : []),
        ...always,
      ];
    }),
    '',
    ...proofOf(shown),
  ];
  return `${lines.join('\n')}\n`;
}

/** The files stay, because a key may be among them. */
const pauseBefore = (step: number, at: string): string[] => [
  `if [ "$first" -lt ${step} ]; then`,
  '  trap - EXIT',
  `  echo ${shellArgument(`Step ${step} works from ${at}. Then run this script again:`)} "FILES=$files sh $0 ${step}"`,
  '  exit 0',
  'fi',
];

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
files=\${FILES:-$(mktemp -d)}
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
