import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { CHECK_IDS } from '../../../shared/domain/doctor/checks.ts';
import type { State } from '../../../shared/domain/doctor/judged.ts';
import type { DoctorRole } from '../../../shared/domain/doctor/role.ts';
import type { Checked } from '../../../shared/operations/doctor/doctor.ts';

const COLOUR: Readonly<Record<State, string>> = { ok: '32', failed: '31', unknown: '33' };
const STATE_WIDTH = 'unknown'.length;
const ID_WIDTH = Math.max(...CHECK_IDS.map((id) => id.length));

/** One line for each check, with the commands that fix it below. */
export function checksText(checks: readonly Checked[], colour: boolean): string {
  const paint = (state: State) =>
    colour
      ? `\x1b[${COLOUR[state]}m${state.padEnd(STATE_WIDTH)}\x1b[0m`
      : state.padEnd(STATE_WIDTH);
  const lines = checks.flatMap(({ id, state, evidence, fix }) => [
    `${paint(state)}  ${id.padEnd(ID_WIDTH)}  ${printable(evidence)}`,
    ...(fix?.split('\n') ?? []).map((command) => `${' '.repeat(STATE_WIDTH)}  fix: ${command}`),
  ]);
  const count = (wanted: State) => checks.filter(({ state }) => state === wanted).length;
  const counts = `${count('ok')} ok, ${count('failed')} failed, ${count('unknown')} unknown`;
  return `${[...lines, '', `${checks.length} checks: ${counts}`].join('\n')}\n`;
}

/** The role as a file for gcloud, with the commands that create and grant it. */
export function roleText(role: DoctorRole, project: string | undefined): string {
  const where = project === undefined ? '--organization=ORGANIZATION' : `--project=${project}`;
  const name = project === undefined ? 'organizations/ORGANIZATION' : `projects/${project}`;
  const grant =
    project === undefined
      ? 'gcloud organizations add-iam-policy-binding ORGANIZATION'
      : `gcloud projects add-iam-policy-binding ${project}`;
  return [
    '# Keep this as doctor.yaml. Then run:',
    `#   gcloud iam roles create hopmintDoctor --file=doctor.yaml ${where}`,
    `#   ${grant} --member=MEMBER --role=${name}/roles/hopmintDoctor --condition=None`,
    ...(project === undefined
      ? [
          '# Without an organization, ./hopmint doctor --role --project PROJECT prints the role of a project.',
        ]
      : ['# Do the same in each project with secrets, delegates or targets of chains.']),
    `title: ${role.title}`,
    `description: ${role.description}`,
    `stage: ${role.stage}`,
    'includedPermissions:',
    ...role.includedPermissions.map((permission) => `- ${permission}`),
    '',
  ].join('\n');
}
