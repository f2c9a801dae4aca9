import { refusalLog } from '../../functions/runtime/log-refusals.ts';
import type { Refusal } from '../../shared/domain/basics/refusal.ts';
import type { Asker } from '../../shared/domain/grants/explain-refusal.ts';

const ASKER: Asker = {
  name: 'hopmint-minter@acme-ops.iam.gserviceaccount.com',
  source: { kind: 'metadata-server', text: 'the metadata server of this machine' },
};
const refusalOf = (secret: string): Refusal => ({
  request: 'secretmanager.projects.secrets.get',
  resource: `projects/acme-ops/secrets/${secret}`,
  status: 403,
  reason: 'IAM_PERMISSION_DENIED',
  permission: 'secretmanager.secrets.get',
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

function logAt(start: Date) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const clock = { now: start };
  const onRefused = refusalLog(
    async () => ASKER,
    (fields) => lines.push(fields),
    () => clock.now,
  );
  return { lines, clock, onRefused };
}

describe('the log line of a refused request', () => {
  it('says who asked for what, what is missing, and the command that grants it', async () => {
    const { lines, onRefused } = logAt(new Date('2026-11-22T12:00:00Z'));
    onRefused(refusalOf('billing'));
    await settled();
    expect(lines).toEqual([
      {
        event: 'refused',
        request: 'secretmanager.projects.secrets.get',
        resource: 'projects/acme-ops/secrets/billing',
        status: 403,
        reason: 'IAM_PERMISSION_DENIED',
        permission: 'secretmanager.secrets.get',
        identity: 'serviceAccount:hopmint-minter@acme-ops.iam.gserviceaccount.com',
        identitySource: 'the metadata server of this machine',
        missing: 'secretmanager.secrets.get on projects/acme-ops/secrets/billing',
        command:
          'gcloud secrets add-iam-policy-binding billing --member=serviceAccount:hopmint-minter@acme-ops.iam.gserviceaccount.com --role=roles/secretmanager.viewer --condition=None --project=acme-ops',
      },
    ]);
  });

  it('comes once an hour for each kind of request', async () => {
    const { lines, clock, onRefused } = logAt(new Date('2026-11-22T12:00:00Z'));
    onRefused(refusalOf('a'));
    onRefused(refusalOf('b'));
    onRefused({ ...refusalOf('a'), permission: 'secretmanager.versions.add' });
    clock.now = new Date('2026-11-22T13:00:00Z');
    onRefused(refusalOf('b'));
    await settled();
    expect(lines.map(({ resource, permission }) => `${permission} ${resource}`)).toEqual([
      'secretmanager.secrets.get projects/acme-ops/secrets/a',
      'secretmanager.versions.add projects/acme-ops/secrets/a',
      'secretmanager.secrets.get projects/acme-ops/secrets/b',
    ]);
  });
});
