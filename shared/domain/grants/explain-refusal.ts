import type { IdentitySource } from '../basics/identity-source.ts';
import { isScopeRefusal, type Refusal } from '../basics/refusal.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import { grantRight } from './grant-right.ts';

/** The identity that asked, and where it comes from. */
export type Asker = {
  /** An email. None if neither the credentials nor Google name it. */
  readonly name?: string;
  readonly source: IdentitySource;
};

/** What a refusal means: who asked for what, what is missing, and the command that helps. */
export type Explanation = {
  readonly identity: string;
  readonly source: string;
  readonly request: string;
  readonly missing: string;
  /** None if no single command helps. */
  readonly command?: string;
};

/** The project of Google's own that is charged for the calls of a login without a quota project. */
const GOOGLES_OWN_PROJECT = '764086051850';
const UNKNOWN = 'an identity that Google does not name';

/** The member of a policy, such as `user:ada@acme.com`. */
const memberOf = (name: string): string =>
  `${/(^|\.)gserviceaccount\.com$/.test(name.split('@')[1] ?? '') ? 'serviceAccount' : 'user'}:${name}`;

export function explainRefusal(refusal: Refusal, { name, source }: Asker): Explanation {
  const { request, resource, status } = refusal;
  const { missing, command } = status === 401 ? signIn(source) : missingIn(refusal, name, source);
  return {
    identity: name === undefined ? UNKNOWN : memberOf(name),
    source: source.text,
    request: resource === undefined ? request : `${request} on ${resource}`,
    missing,
    ...(command !== undefined && { command }),
  };
}

type Missing = Pick<Explanation, 'missing' | 'command'>;

const LOGIN = 'gcloud auth application-default login';

const signIn = ({ kind }: IdentitySource): Missing => ({
  missing: 'a token that Google accepts: this one has expired or was revoked',
  ...((kind === 'login' || kind === 'impersonation' || kind === 'workforce') && { command: LOGIN }),
});

function missingIn(refusal: Refusal, name: string | undefined, source: IdentitySource): Missing {
  const { reason, permission, resource, holder, api } = refusal;
  if (isScopeRefusal(refusal)) {
    return {
      missing:
        'the scope https://www.googleapis.com/auth/cloud-platform: this token has narrower scopes, and no role can widen them',
      ...(source.kind === 'login' && { command: LOGIN }),
    };
  }
  if (api) return missingApi(api, source);
  if (reason === 'USER_PROJECT_DENIED' && source.quotaProject !== undefined) {
    return {
      missing: `serviceusage.services.use on projects/${source.quotaProject}, the project that is charged for your calls`,
      ...(name !== undefined && {
        command: commandLine('gcloud projects add-iam-policy-binding', [
          source.quotaProject,
          `--member=${memberOf(name)}`,
          '--role=roles/serviceusage.serviceUsageConsumer',
          '--condition=None',
        ]),
      }),
    };
  }
  if (permission === undefined)
    return {
      missing: `a right that Google does not name${reason === undefined ? '' : ` (${reason})`}`,
    };
  const lacks = holder ?? name;
  const whose = holder === undefined ? '' : `, which ${holder} needs`;
  const where = resource === undefined ? '' : ` on ${resource}`;
  const command =
    lacks === undefined || resource === undefined
      ? undefined
      : grantRight(permission, resource, memberOf(lacks));
  return { missing: `${permission}${where}${whose}`, ...(command !== undefined && { command }) };
}

function missingApi(
  { service, project }: NonNullable<Refusal['api']>,
  source: IdentitySource,
): Missing {
  if (project === GOOGLES_OWN_PROJECT && source.kind === 'login') {
    return {
      missing: 'a project of yours that is charged for your calls',
      command: 'gcloud auth application-default set-quota-project PROJECT',
    };
  }
  return {
    missing: `the API ${service}, which is not enabled`,
    command: commandLine('gcloud services enable', [
      service,
      ...(project === undefined ? [] : [`--project=${project}`]),
    ]),
  };
}
