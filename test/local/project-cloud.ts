import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../local/identity/access-tokens.ts';

export const PROJECT = 'acme-ops';
export const NUMBER = '700000000001';

/** What an answer says, loosely: tests look at what they know. */
export type Answer = { status: number; body: Record<string, unknown>; text: string };

export type World = LocalCloud & {
  /** Calls as `user:NAME@acme.com`: `owner` holds the project. */
  as(
    name: string,
  ): (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;
  token(name: string): string;
  grant(resource: string, role: string, name: string): void;
  /** Moves the clock by hand only. */
  clock: { now: Date };
};

/** A local cloud with one project, whose clock stands still until it is moved. */
export async function openWorld(): Promise<World> {
  const clock = { now: new Date('2026-11-22T12:00:00Z') };
  const cloud = await startLocalCloud({ now: () => clock.now });
  const { state } = cloud;
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
  const world: World = {
    ...cloud,
    clock,
    token,
    grant(resource, role, name) {
      const policy = state.policies.get(resource) ?? {};
      const bindings = [...(policy.bindings ?? []), { role, members: [`user:${name}@acme.com`] }];
      state.policies.set(resource, { ...policy, bindings });
    },
    as: (name) => async (method, path, body, headers) => {
      const answer = await fetch(`${cloud.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token(name)}`, ...headers },
        ...(body !== undefined && {
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: isJson(answer) ? JSON.parse(text) : {} };
    },
  };
  world.grant(`projects/${PROJECT}`, 'roles/owner', 'owner');
  return world;
}

const isJson = (answer: Response): boolean =>
  answer.headers.get('content-type')?.startsWith('application/json') ?? false;

/** Of an error in Google's envelope. */
export const messageOf = ({ body }: Answer) => (body.error as { message: string }).message;
export const statusOf = ({ body }: Answer) => (body.error as { status: string }).status;
