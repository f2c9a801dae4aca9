import { OAuth2Client } from 'google-auth-library';
import {
  type Auditor,
  type AuditorOptions,
  auditorOf,
} from '../../../../functions/audit/auditor.ts';
import type { LocalCloud } from '../../../../local/cloud.ts';
import type { Cloud } from '../../../../shared/cloud/cloud.ts';
import { parseChange } from '../../../../shared/domain/audit/changed-resources.ts';
import { intentOf } from '../../../../shared/domain/chain/intent.ts';
import { googleCloud } from '../../../../shared/google/cloud.ts';
import { hostsOf } from '../../../../shared/google/wire/http.ts';
import { file } from '../../../domain/audit/audit-world.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { CREATOR, MINTER, READER, RELAY } from '../../../domain/iam/snapshots.ts';

export const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';
export const member = (email: string) => `serviceAccount:${email}`;
const reads = { role: 'roles/iam.securityAuditor', members: [member(AUDITOR)] };
const lists = { role: 'roles/secretmanager.viewer', members: [member(AUDITOR)] };
const creator = (...members: string[]) => ({
  policy: { bindings: [{ role: CREATOR, members }] },
});
export const state = { bucket: 'acme-audits', name: 'state.json' };
/** minter → relay → reader, and a bucket for the state. */
export const seed = {
  organization: { id: '91', policy: { bindings: [reads, lists] } },
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'organizations/91',
      policy: { bindings: [{ role: 'roles/pubsub.publisher', members: [member(AUDITOR)] }] },
    },
    { id: 'acme-data', number: '700000000002', parent: 'organizations/91' },
  ],
  accounts: [
    { email: AUDITOR },
    { email: MINTER, uniqueId: '100000000000000000001' },
    { email: RELAY, uniqueId: '100000000000000000002', ...creator(member(MINTER)) },
    { email: READER, uniqueId: '100000000000000000003', ...creator(member(RELAY)) },
  ],
  topics: ['projects/acme-ops/topics/hopmint-drift'],
  buckets: [
    {
      name: state.bucket,
      project: 'acme-ops',
      policy: { bindings: [{ role: 'roles/storage.objectUser', members: [member(AUDITOR)] }] },
    },
  ],
};
export const changeOf = (resourceName: string) =>
  parseChange({ protoPayload: { resourceName } })?.names ?? [];

/** The auditor's calls to Google, with a connection and caches of its own. */
export async function cloudOf(local: LocalCloud): Promise<Cloud> {
  const answer = await fetch(`${local.url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: AUDITOR }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  const self = { identity: async () => client, email: async () => AUDITOR };
  return googleCloud(hostsOf(local.url), () => local.state.now(), self);
}

/** An instance of the function: the instances share only the cloud. */
export async function openAuditor(
  local: LocalCloud,
  given: Pick<AuditorOptions, 'log'> & Partial<AuditorOptions>,
): Promise<Auditor> {
  const intent = intentOf(file, versionOf());
  let ids = 0;
  return auditorOf({
    cloud: await cloudOf(local),
    readIntent: async () => intent,
    state,
    driftTopic: 'projects/acme-ops/topics/hopmint-drift',
    tickTopic: 'projects/acme-ops/topics/hopmint-tick',
    now: () => local.state.now(),
    newId: () => `${++ids}`,
    signal: () => AbortSignal.timeout(20_000),
    delivering: () => AbortSignal.timeout(20_000),
    observing: () => AbortSignal.timeout(20_000),
    round: () => AbortSignal.timeout(20_000),
    wait: async () => {},
    pause: async () => {},
    settle: async () => {},
    ...given,
  });
}
