import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chainFileJsonSchema } from '../../../shared/domain/chain-file/schema/chain-file.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { type InstallationFlags, initInstallation, isInstallation } from './installation.ts';

const SCHEMA = 'chains.schema.json';

const FIRST = `# yaml-language-server: $schema=./${SCHEMA}

# The credentials to mint, and the secret for each. Hopmint audits IAM against the same file.
# Replace the projects and accounts with your own, then run "./hopmint validate".

# The account that the function \`mint\` runs as. It is the first account of every chain.
caller: minter@acme-ops.iam.gserviceaccount.com

# Values for chains that do not set them. A credential is minted again well before the old one expires:
# rotateEvery + tickEvery + retryWindow (10m) + minValidity (5m) + 1m of clock skew <= lifetime
defaults: { lifetime: 1h, rotateEvery: 30m }

chains:
  # An access token, through one delegate: the caller may act for the relay, the relay for the target.
  - name: billing-export
    delegates: [relay@acme-ops.iam.gserviceaccount.com] # in order, without caller and target
    target: billing-reader@acme-data.iam.gserviceaccount.com
    credential:
      kind: access-token
      scopes: [https://www.googleapis.com/auth/bigquery.readonly]
    secret: projects/acme-ops/secrets/billing-export

  # An ID token, for a service that checks who calls. No delegates: the caller may act for the target itself.
  - name: partner-api
    target: partner@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com, includeEmail: true }
    secret: projects/acme-ops/secrets/partner-api
    format: json # with its expiry next to it; raw, the default, is the token alone; header is "Authorization: Bearer …"

  # A signed JWT, for a service that reads the published keys of the target. An account may be pinned by its unique ID, too:
  # target: { email: vault@acme-data.iam.gserviceaccount.com, uniqueId: "104857600000000000000" }
  - name: receiver-jwt
    delegates: [relay@acme-ops.iam.gserviceaccount.com]
    target: vault@acme-data.iam.gserviceaccount.com
    credential: { kind: signed-jwt, claims: { aud: https://receiver.example.com } }
    secret: projects/acme-ops/secrets/receiver-jwt

# Who else may act for an account above, until when, and why. The audit reports everyone who is not here.
# exceptions:
#   - account: relay@acme-ops.iam.gserviceaccount.com
#     member: group:oncall@acme.com
#     reason: break-glass, INC-1234
#     owner: platform@acme.com
#     expires: 2027-03-01

# Who may write the published chain file. The audit reports every other member who may.
# publishers: [serviceAccount:pipeline@acme-ops.iam.gserviceaccount.com]

# Who may change policies above the chains. The audit reports every other member who may.
# administrators:
#   - member: group:org-admins@acme.com
#     on: organizations/900000000001
#     reviewed: 2026-11-01
`;

const messageOf = (path: string, thrown: unknown): string => {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'EEXIST')
    return `${path} exists already and was not changed: name another file with --file, or overwrite it with --force`;
  if (code === 'ENOENT') return `the folder ${dirname(path)} does not exist: create it first`;
  return `${path} cannot be written (${code ?? 'unknown error'})`;
};

/**
 * Writes a first chain file, and next to it the schema with which editors complete and check the file. In place of a file, `source` may be the
 * folder of an installation.
 */
export async function init(
  {
    source: path,
    force = false,
    ...flags
  }: { readonly source: string; readonly force?: boolean } & InstallationFlags,
  io: Io,
): Promise<Exit> {
  const isFile = /\.[a-z]+$/i.test(path) || path.startsWith('gs://');
  if (!isFile) return initInstallation(path, flags, io);
  if (isInstallation(flags)) {
    io.err(`${path}: with --project and --region, name a folder, as -f installation\n`);
    return 2;
  }
  if (!/\.ya?ml$/i.test(path) || path.startsWith('gs://')) {
    io.err(`${path}: the first file is YAML with comments: write a path that ends in .yaml\n`);
    return 2;
  }
  const flag = force ? 'w' : 'wx';
  try {
    await writeFile(path, FIRST, { flag });
  } catch (thrown) {
    io.err(`${messageOf(path, thrown)}\n`);
    return 2;
  }
  // The schema is always written, because it must fit this version.
  const schema = join(dirname(path), SCHEMA);
  await writeFile(schema, `${JSON.stringify(chainFileJsonSchema(), null, 2)}\n`);
  io.err(
    `wrote ${path} and ${schema}\nReplace the projects and accounts with yours. Then run: ./hopmint validate -f ${path}\n`,
  );
  return 0;
}
