import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessOf } from '../../shared/domain/audit/access/find-access.ts';
import { wayIn } from '../../shared/domain/audit/ways-in/way-in.ts';
import { finish } from '../../shared/domain/basics/steps.ts';
import { wayInScript } from '../../shared/report/way-in/script.ts';
import {
  chain,
  file,
  grant,
  MINTER_POLICY,
  minter,
  needed,
  type Parts,
  RELAY_POLICY,
  user,
} from '../domain/audit/audit-world.ts';
import { CREATOR, now, READER_POLICY, role, snapshot } from '../domain/iam/snapshots.ts';

const SETTER = role('roles/setter', ['iam.serviceAccounts.setIamPolicy']);

const scriptFor = (member: string, parts: Parts): string | undefined => {
  const read = snapshot({ roles: [SETTER], ...parts });
  const access = accessOf(file, read, now);
  const found = finish(wayIn({ file, chain, snapshot: read, access, now }, member));
  return found && wayInScript({ chain, member, wayIn: found, askedAt: now });
};

describe('a script of a way in', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'hopmint-way-in-'));
    // Keeps its arguments and the file that it is given, and mints.
    const gcloud = `#!/bin/sh
for one; do printf '%s\\n' "$one" >> "$LOG"; [ -s "$one" ] && cp "$one" "$LOG.file"; done
case "$2" in print-access-token) echo ya29.token;; esac
`;
    for (const [name, text] of [
      ['gcloud', gcloud],
      ['curl', '#!/bin/sh\necho \'{"email": "reader@acme-data.iam.gserviceaccount.com"}\'\n'],
    ] as const) {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const run = (text: string, args: readonly string[] = [], more: Record<string, string> = {}) => {
    const cwd = mkdtempSync(join(directory, 'run-'));
    writeFileSync(join(cwd, 'way-in.sh'), text);
    const env = {
      PATH: `${directory}:${process.env.PATH}`,
      TMPDIR: cwd,
      LOG: join(cwd, 'log'),
      HOPMINT_CLOUD: 'http://127.0.0.1:1',
      TRIES: '1',
      ...more,
    };
    const given = { cwd, env, encoding: 'utf8', stdio: 'pipe' } as const;
    const out = execFileSync('sh', ['way-in.sh', ...args], given);
    const read = (name: string) =>
      readdirSync(cwd).includes(name) ? readFileSync(join(cwd, name), 'utf8') : '';
    return { out, log: read('log'), file: read('log.file'), files: readdirSync(cwd).sort() };
  };

  it('gives each value of a hostile policy to gcloud as it is, and runs none', () => {
    const hostile = `it's "$(touch hacked)" \`touch hacked\`; touch hacked\n\u202e`;
    const member = `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/${hostile}`;
    const text = scriptFor(member, {
      bindings: {
        ...needed,
        [READER_POLICY]: [
          grant(member, SETTER.name),
          {
            ...grant('user:a@acme.com', CREATOR, hostile),
            condition: { title: hostile, expression: 'true' },
          },
        ],
      },
    });
    const ran = run(text ?? '');
    expect(ran.files).toEqual(['log', 'log.file', 'way-in.sh']);
    expect(ran.out).toMatch(
      /^minted: an access token of reader@acme-data\.iam\.gserviceaccount\.com$/m,
    );
    expect(ran.out).not.toContain('ya29');
    const { bindings } = JSON.parse(ran.file) as {
      bindings: { members: string[]; condition?: { title: string } }[];
    };
    expect(bindings.at(-1)?.members).toEqual([member]);
    expect(bindings[1]?.condition?.title).toBe(hostile);
  });

  it('refuses to run outside the local cloud, unless its reader says that this is a test project', () => {
    const text = scriptFor(user, { bindings: { [READER_POLICY]: [grant(user)] } }) ?? '';
    expect(() => run(text, [], { HOPMINT_CLOUD: '' })).toThrow(/set CHANGE_POLICIES=yes/);
    const { out } = run(text, [], { HOPMINT_CLOUD: '', CHANGE_POLICIES: 'yes' });
    expect(out).toContain('minted: an access token');
  });

  it('stops before a step that works later, and goes on there', () => {
    const text =
      scriptFor(user, {
        bindings: {
          ...needed,
          [MINTER_POLICY]: [
            grant(user, SETTER.name, 'request.time < timestamp("2026-11-23T00:00:00Z")'),
          ],
          [RELAY_POLICY]: [
            grant(minter, CREATOR, 'request.time >= timestamp("2026-12-01T00:00:00Z")'),
          ],
        },
      }) ?? '';
    const first = run(text);
    expect(first.out).toContain(
      'Step 2 works from 2026-12-01T00:00:00.000Z. Then run this script again: FILES=',
    );
    expect(first.out).toMatch(/sh way-in\.sh 2$/m);
    expect(first.log).toContain('set-iam-policy');
    expect(first.out).not.toContain('minted');
    const second = run(text, ['2']);
    expect(second.log).not.toContain('set-iam-policy');
    expect(second.out).toContain('minted: an access token');
  });

  it('asks for the member that runs it, if everyone has a way in', () => {
    const text =
      scriptFor('allUsers', {
        bindings: { ...needed, [READER_POLICY]: [grant('allUsers', SETTER.name)] },
      }) ?? '';
    expect(() => run(text)).toThrow(/write the member that runs this script/);
    const { file: written } = run(text, [], { ME: user });
    expect(JSON.parse(written)).toMatchObject({
      bindings: [{ members: ['allUsers'] }, { role: CREATOR, members: [user] }],
    });
  });

  it('does not exist for access that no gcloud command gives', () => {
    const signer = role('roles/signer', ['iam.serviceAccounts.signBlob']);
    const bindings = { ...needed, [READER_POLICY]: [grant(user, signer.name)] };
    expect(scriptFor(user, { roles: [signer], bindings })).toBeUndefined();
  });
});
