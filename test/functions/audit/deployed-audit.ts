import type { FunctionProcess } from '../../../cli/commands/start/function.ts';
import roles from '../../../deploy/roles.json' with { type: 'json' };
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { compiled, publishAt } from '../chains-bucket.ts';
import {
  emailOf,
  MINTER,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  TARGET,
} from '../rotation-world.ts';
import { startAt } from '../start-function.ts';

const AUDITOR = emailOf('hopmint-audit');
/** One chain, `export`. */
export const CHAINS = `
caller: ${MINTER}
chains:
  - name: export
    delegates: [${RELAY}]
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/export
`;
const AUDIT_ROLE = 'organizations/900000000001/roles/hopmintAudit';
const FAILED = 'projects/acme-ops/topics/hopmint-failed';
const TO_AUDIT = 'projects/acme-ops/subscriptions/hopmint-failed-audit';

/** The audit function in a process, with its own role, and a rotation world whose failures are pushed to it. */
export type DeployedAudit = {
  readonly world: RotationWorld;
  readonly audit: FunctionProcess;
  /** Everything that the function has printed. */
  readonly lines: readonly string[];
  /** Calls a path of the local cloud's own. */
  post(path: string, body: object, method?: string): Promise<unknown>;
  close(): Promise<void>;
};

export async function deployAudit(): Promise<DeployedAudit> {
  const { file } = parseChainFiles([{ path: 'chains.yaml', text: CHAINS }], new Date());
  if (!file) throw new Error('no chain file');
  const world = await openRotationWorld(file.chains);
  world.clock.now = new Date(); // the function in its process has no other clock
  const post: DeployedAudit['post'] = async (path, body, method = 'POST') => {
    const answer = await fetch(`${world.local.url}/_local/${path}`, {
      method,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const granted = { role: AUDIT_ROLE, members: [`serviceAccount:${AUDITOR}`] };
  await post('seed', {
    organization: { id: '900000000001', policy: { bindings: [granted] } },
    projects: [
      { id: 'acme-ops', parent: 'organizations/900000000001' },
      { id: 'acme-data', parent: 'organizations/900000000001' },
    ],
    accounts: [{ email: AUDITOR }],
    roles: [{ name: AUDIT_ROLE, includedPermissions: roles.hopmintAudit.includedPermissions }],
  });
  publishAt(world.local, compiled(CHAINS));
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const audit = await startAt(world.local, { target: 'audit', account: AUDITOR, log });
  world.local.state.subscriptions.set(TO_AUDIT, {
    name: TO_AUDIT,
    topic: FAILED,
    pushConfig: { pushEndpoint: `${audit.url}/failed` },
    ackDeadlineSeconds: 120,
    messageRetentionSeconds: 600,
    labels: {},
  });
  return {
    world,
    audit,
    lines,
    post,
    async close() {
      await audit.stop();
      await world.close();
    },
  };
}
