/** Where the identity of a process comes from. */
export type IdentitySource = {
  readonly kind:
    | 'login'
    | 'key-file'
    | 'federation'
    | 'workforce'
    | 'impersonation'
    | 'metadata-server'
    | 'token-file';
  /** For people, such as `the login of gcloud (application default credentials)`. */
  readonly text: string;
  /** The email of the account, if the credentials name it. */
  readonly account?: string;
  /** The project that is charged for calls, if the credentials name one. */
  readonly quotaProject?: string;
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads where application default credentials come from.
 *
 * @param file the parsed file, or `null` where the metadata server gives the identity
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function identitySourceOf(file: unknown): IdentitySource {
  if (typeof file !== 'object' || file === null) {
    return { kind: 'metadata-server', text: 'the metadata server of this machine' };
  }
  const fields = file as Fields;
  const quotaProject = textOf(fields.quota_project_id);
  const source = sourceOfFile(fields);
  return { ...source, ...(quotaProject !== undefined && { quotaProject }) };
}

function sourceOfFile(fields: Fields): IdentitySource {
  const impersonated = accountIn(textOf(fields.service_account_impersonation_url));
  const by = impersonated === undefined ? '' : `, impersonating ${impersonated}`;
  const account = impersonated === undefined ? {} : { account: impersonated };
  switch (fields.type) {
    case 'service_account': {
      const email = textOf(fields.client_email);
      return {
        kind: 'key-file',
        text: 'a key file of the account',
        ...(email && { account: email }),
      };
    }
    case 'external_account':
      return { kind: 'federation', text: `workload identity federation${by}`, ...account };
    case 'external_account_authorized_user':
      return { kind: 'workforce', text: 'a login of workforce identity federation' };
    case 'impersonated_service_account':
      return {
        kind: 'impersonation',
        text: `${sourceOfFile((fields.source_credentials ?? {}) as Fields).text}${by}`,
        ...account,
      };
    default:
      return { kind: 'login', text: 'the login of gcloud (application default credentials)' };
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The account in the address of an impersonation. */
const accountIn = (url: string | undefined): string | undefined =>
  /\/serviceAccounts\/([^/:]+@[^/:]+):/.exec(url ?? '')?.[1];
