import { shellArgument } from '../../domain/basics/text/shell-quote.ts';
import type { CredentialSpec } from '../../domain/chain/chain.ts';
import { asciiJson, flagsOf } from './grant-command.ts';

/** Files of a script, as parts of its commands: they are quoted already. */
export type MintFiles = { readonly to: string; readonly input: string };

/** Mints an access token of the last account, through the others. */
export const accessTokenCommand = (accounts: readonly string[], to: string): string =>
  `gcloud auth print-access-token --impersonate-service-account=${shellArgument(accounts.join(','))} > ${to}`;

/** Mints the credential of a chain, as the last account. gcloud mints an ID token only for who may mint an access token too. */
export function credentialCommands(
  credential: CredentialSpec,
  accounts: readonly string[],
  { to, input }: MintFiles,
): string[] {
  const target = accounts.at(-1) ?? '';
  switch (credential.kind) {
    case 'access-token':
      return [accessTokenCommand(accounts, to)];
    case 'id-token': {
      const delegates = accounts
        .slice(0, -1)
        .map((account) => `projects/-/serviceAccounts/${account}`);
      const { audience } = credential;
      const body = asciiJson({ audience, includeEmail: true, delegates });
      return [
        'gcloud auth print-access-token > "$files/own"',
        `printf 'Authorization: Bearer %s' "$(cat "$files/own")" > "$files/header"`,
        `curl -sf -H @"$files/header" -H 'Content-Type: application/json' --data-raw ${shellArgument(body)} "$credentials"/v1/projects/-/serviceAccounts/${shellArgument(target)}:generateIdToken > ${input}`,
        `sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' ${input} > ${to}`,
      ];
    }
    case 'signed-jwt':
      return [
        `printf '%s' ${shellArgument(asciiJson({ sub: target, ...credential.claims }))} > ${input}`,
        signCommand('sign-jwt', target, { to, input }),
      ];
    case 'signed-blob':
      return [
        `printf '%s' ${shellArgument(credential.payload)} | base64 -d > ${input}`,
        signCommand('sign-blob', target, { to, input }),
      ];
  }
}

const signCommand = (command: string, account: string, { to, input }: MintFiles): string =>
  `gcloud iam service-accounts ${command} ${input} ${to} ${flagsOf([`--iam-account=${account}`])}`;
