/** A request that Google refused with 401 or 403. It contains nothing of Google's text, and nothing of the request's body but accounts. */
export type Refusal = {
  /** The method as Google's documentation names it, such as `secretmanager.projects.secrets.get`, or the HTTP request if we do not know it. */
  readonly request: string;
  /** The IAM resource that the request is about, such as `projects/acme-ops/secrets/first`. */
  readonly resource?: string;
  /** 401 or 403. */
  readonly status: number;
  /** Google's reason, such as `IAM_PERMISSION_DENIED`. */
  readonly reason?: string;
  /** The permission that Google names, or the one that its documentation names for the request. */
  readonly permission?: string;
  /** The account that lacks the permission, if it is not the one that asked: the last delegate of a chain. */
  readonly holder?: string;
  /** The API that is not enabled. */
  readonly api?: { readonly service: string; readonly project?: string };
};

/** The token lacks an OAuth scope. No role can replace it. */
export const isScopeRefusal = ({ reason }: Refusal): boolean =>
  reason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT';

/** Two refusals with the same key need the same grant. */
export const refusalKey = ({ request, resource, status, reason, permission }: Refusal): string =>
  [request, resource, status, reason, permission].join(' ');
