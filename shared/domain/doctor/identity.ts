import type { Failure } from '../basics/failure.ts';
import type { IdentitySource } from '../basics/identity-source.ts';
import type { Result } from '../basics/result.ts';
import { SKEW_SECONDS } from '../basics/skew.ts';
import { printable } from '../basics/text/printable.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { TokenInfo } from '../rotation/proof.ts';
import { failed, type Judged, ok, unknown, unread } from './judged.ts';

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';
const LOGIN = 'gcloud auth application-default login';
const USE_SERVICES = 'serviceusage.services.use';

/** The OAuth client of `gcloud auth application-default login`. Google charges its project if the credentials name no other. */
const DEFAULT_CLIENT = /^764086051850-/;

/** An email, or the unique ID of a service account. Other names are IDs of OAuth clients. */
const nameIn = ({ email, azp }: TokenInfo): string | undefined =>
  email ?? (/^\d{21}$/.test(azp) ? azp : undefined);

const isServiceAccount = (name: string): boolean =>
  /^\d{21}$/.test(name) || name.endsWith('gserviceaccount.com');

/** How to get a token with enough scopes. */
const newToken = ({ kind }: IdentitySource): string =>
  kind === 'token-file'
    ? 'gcloud auth print-access-token > "$CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"'
    : LOGIN;

/** The member of the identity in a policy, if its name is known. */
export function memberOf(info: Result<TokenInfo, Failure>): string | undefined {
  const name = info.ok ? info.value.email : undefined;
  return name && `${isServiceAccount(name) ? 'serviceAccount' : 'user'}:${name}`;
}

/**
 * @param info what Google says of the token
 * @param isAccepted whether another API accepted the token. Introspection knows no tokens of workload identity federation
 */
export function judgeIdentity(
  source: IdentitySource,
  info: Result<TokenInfo, Failure>,
  isAccepted: boolean,
): Judged {
  const from = `from ${source.text}`;
  if (!info.ok) {
    if (info.error.reason === 'cloud-busy') return unread('introspection of the token', info.error);
    return isAccepted
      ? ok(`${source.account ?? 'a federated identity'}, ${from}`)
      : failed(`Google does not accept the token ${from}`, newToken(source));
  }
  const name = printable(nameIn(info.value) ?? source.account ?? 'an identity without a name');
  if (info.value.scopes.includes(CLOUD_PLATFORM)) return ok(`${name}, ${from}`);
  const scopes = info.value.scopes.map(printable).join(', ');
  return failed(
    `the token of ${name}, ${from}, has only these scopes: ${scopes}`,
    newToken(source),
  );
}

/**
 * @param permissions those of `serviceusage.services.use` that the identity has on the quota project. Undefined without a quota project
 * @param project the project of the installation, as a suggestion
 */
export function judgeQuotaProject(
  source: IdentitySource,
  info: Result<TokenInfo, Failure>,
  permissions: Result<ReadonlySet<string>, Failure> | undefined,
  project: string,
): Judged {
  const { quotaProject } = source;
  if (quotaProject !== undefined && permissions) {
    if (!permissions.ok) return unread(`the quota project ${quotaProject}`, permissions.error);
    if (permissions.value.has(USE_SERVICES)) return ok(`Google charges ${quotaProject}`);
    const member = memberOf(info) ?? 'user:YOU';
    return failed(
      `the quota project is ${quotaProject}, and you lack ${USE_SERVICES} there`,
      commandLine('gcloud projects add-iam-policy-binding', [
        quotaProject,
        `--member=${member}`,
        '--role=roles/serviceusage.serviceUsageConsumer',
        '--condition=None',
      ]),
    );
  }
  const setQuota = commandLine('gcloud auth application-default set-quota-project', [project]);
  if (!info.ok) {
    if (info.error.reason === 'cloud-busy') return unread('introspection of the token', info.error);
    return source.kind === 'federation'
      ? ok('a federated identity: Google charges the project of its pool')
      : unknown('Google does not say whose token this is', newToken(source));
  }
  const name = nameIn(info.value);
  if (name !== undefined && isServiceAccount(name)) {
    return ok('a service account: Google charges its own project');
  }
  if (source.kind === 'login' || DEFAULT_CLIENT.test(info.value.azp)) {
    return failed(
      'your application default credentials name no quota project: some APIs then answer that they are not enabled in project 764086051850, which is of Google',
      setQuota,
    );
  }
  return ok('the token of gcloud: Google charges the project of gcloud');
}

/**
 * @param google the time of Google, to the second
 * @param before when this machine asked
 * @param after when it had the answer
 */
export function judgeClock(
  google: Result<Date, Failure>,
  { before, after }: { readonly before: Date; readonly after: Date },
): Judged {
  if (!google.ok) return unread('the time of Google', google.error);
  const ours = (before.getTime() + after.getTime()) / 2;
  // Google's time was cut to the second.
  const aheadSeconds = Math.round((ours - google.value.getTime() - 500) / 1000);
  const ahead = `${Math.abs(aheadSeconds)} s ${aheadSeconds < 0 ? 'behind' : 'ahead of'} Google`;
  if (Math.abs(aheadSeconds) <= SKEW_SECONDS) return ok(`this machine is ${ahead}`);
  return failed(
    `this machine is ${ahead}, and Hopmint expects at most ${SKEW_SECONDS} s`,
    'sudo timedatectl set-ntp true',
  );
}
