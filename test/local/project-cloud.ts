import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../local/identity/access-tokens.ts';

export const PROJECT = 'acme-ops';
export const NUMBER = '700000000001';

/** A response. `body` is the parsed JSON, or `{}` when the response is not JSON. */
export type ApiResponse = { status: number; body: Record<string, unknown>; text: string };

export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: object,
) => Promise<ApiResponse>;

export type ProjectCloud = LocalCloud & {
  /** Sends requests as `user:NAME@acme.com`. `owner` is the owner of the project. */
  as(name: string): Caller;
  token(name: string): string;
  grant(resource: string, role: string, name: string): void;
  /** Grants exactly these permissions on the project, by a custom role. A second call replaces the first. */
  grantOnly(permissions: string[], name: string): void;
  clock: { now: Date };
};

/** A local cloud with one project. Its clock only moves when a test moves it. */
export async function openProjectCloud(): Promise<ProjectCloud> {
  const clock = { now: new Date('2026-11-22T12:00:00Z') };
  const local = await startLocalCloud({ now: () => clock.now });
  const { state } = local;
  state.projects.set(PROJECT, {
    name: `projects/${PROJECT}`,
    projectId: PROJECT,
    projectNumber: NUMBER,
  });
  const tokens = new Map<string, string>();
  const token = (name: string) => {
    const email = `${name}@acme.com`;
    const principal = { member: `user:${email}`, email, scopes: [CLOUD_PLATFORM] };
    const issued =
      tokens.get(name) ??
      issueToken(state, principal, [CLOUD_PLATFORM], 86_400, 'machine').accessToken;
    tokens.set(name, issued);
    return issued;
  };
  const cloud: ProjectCloud = {
    ...local,
    clock,
    token,
    grant(resource, role, name) {
      const policy = state.policies.get(resource) ?? {};
      const bindings = [...(policy.bindings ?? []), { role, members: [`user:${name}@acme.com`] }];
      state.policies.set(resource, { ...policy, bindings });
    },
    grantOnly(includedPermissions, name) {
      const role = `projects/${PROJECT}/roles/only`;
      state.roles.set(role, { name: role, includedPermissions });
      cloud.grant(`projects/${PROJECT}`, role, name);
    },
    as: (name) => async (method, path, body, headers) => {
      const response = await fetch(`${local.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token(name)}`, ...headers },
        ...(body !== undefined && {
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        body: isJson(response) ? JSON.parse(text) : {},
      };
    },
  };
  cloud.grant(`projects/${PROJECT}`, 'roles/owner', 'owner');
  return cloud;
}

const isJson = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('application/json') ?? false;

export const errorOf = ({ body }: ApiResponse) =>
  body.error as { code: number; status: string; message: string; details: object[] };
export const messageOf = (response: ApiResponse) => errorOf(response).message;
export const codeOf = (response: ApiResponse) => errorOf(response).status;

export const base64 = (text: string) => Buffer.from(text).toString('base64');
