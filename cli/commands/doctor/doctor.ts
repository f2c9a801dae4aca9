import logSink from '../../../deploy/log-sink.json' with { type: 'json' };
import { parseObjectLocation } from '../../../shared/domain/basics/object-location.ts';
import { projectOf } from '../../../shared/domain/chain/account.ts';
import { checksFor } from '../../../shared/domain/doctor/checks.ts';
import { installationOf } from '../../../shared/domain/doctor/installation.ts';
import { doctorRole } from '../../../shared/domain/doctor/role.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { doctor as examine } from '../../../shared/operations/doctor/doctor.ts';
import { toJson } from '../../../shared/report/json.ts';
import { readChainFile } from '../../operator/chain-file.ts';
import { LOCAL_NOTICE } from '../../operator/open.ts';
import { operatorCloud } from '../../operator/operator.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import { PROJECT, REGION, readVariables } from '../../operator/variables.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { progressOf } from '../../terminal/progress.ts';
import { settingsOf } from './settings.ts';
import { checksText, roleText } from './text.ts';

export type DoctorOptions = {
  readonly source: string;
  readonly json: boolean;
  /** Only the checks that need no deployment. */
  readonly pre?: boolean;
  /** Sends a probing tick. */
  readonly probe?: boolean;
  /** Prints the role that the checks need, and checks nothing. */
  readonly role?: boolean;
  /** The project of the installation. By default, that of its variables, or of the caller. */
  readonly project?: string;
  /** The region of the installation. By default, that of its variables, or where its services are. */
  readonly region?: string;
};

/**
 * Checks whether Hopmint works here, before installing and after.
 *
 * @returns 1 when a check failed; 3 when Google did not answer at all
 */
export async function doctor(
  options: DoctorOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const { source, json, pre: before = false, probe = false } = options;
  const refuse = (message: string, exit: Exit): Exit => {
    io.err(`hopmint doctor: ${message}\n`);
    return exit;
  };
  if (options.project !== undefined && !PROJECT.test(options.project)) {
    return refuse('--project: write the ID of a project, as acme-ops', 2);
  }
  if (options.region !== undefined && !REGION.test(options.region)) {
    return refuse('--region: write a region, as europe-west1', 2);
  }
  if (options.role) {
    const role = doctorRole(options.project === undefined ? 'organization' : 'project');
    io.out(json ? toJson(role) : roleText(role, options.project));
    return 0;
  }
  if (before && probe) return refuse('--pre and --probe exclude each other', 2);
  const opened = await readChainFile(source, io, read);
  if (!opened.ok) return opened.error;
  const { file } = opened.value;
  const variables = await readVariables(source);
  if (!variables.ok) return refuse(variables.error, 2);
  const project = options.project ?? variables.value?.project_id ?? projectOf(file.caller);
  if (project === undefined) {
    return refuse('the caller is written without its project: name it with --project', 2);
  }
  // A refusal is a result here, and not an error of this command.
  const { onFailure: _, ...quiet } = io;
  const operator = await operatorCloud(quiet);
  if (!operator.ok) return refuse(operator.error, 2);
  const { cloud, administration, deployment, local, asker, introspectSelf } = operator.value;
  if (local) io.err(LOCAL_NOTICE);
  const answer = await deployment.googleTime(io.signal);
  if (!answer.ok) return refuse(`Google does not answer (${answer.error.detail})`, 3);

  const { source: from } = await asker();
  const quotaProject = io.env.GOOGLE_CLOUD_QUOTA_PROJECT;
  const isOverridden = quotaProject !== undefined && from.kind !== 'token-file';
  const ids = checksFor({ before, probe });
  const progress = progressOf(io, 'checks', ids.length);
  const settings = settingsOf(variables.value, options.region);
  const checks = await examine(
    ids,
    {
      installation: installationOf(project, file, settings),
      deployment,
      cloud,
      permissionsOn: administration.permissionsOn,
      source: isOverridden ? { ...from, quotaProject } : from,
      introspectSelf,
      chainFile: source,
      publishedAt: file.publishTo === undefined ? undefined : parseObjectLocation(file.publishTo),
      sinkFilter: logSink.filter.join('\n'),
      runId: `doctor-${io.now().getTime().toString(36)}`,
      before,
      now: io.now,
      waits: WIRE,
      signal: io.signal,
    },
    (done) => progress.update(done),
  );
  progress.stop();
  io.out(
    json
      ? toJson({
          checks: checks.map(({ id, state, evidence, fix }) => ({ id, state, evidence, fix })),
          ...(local && { cloud: 'LOCAL' }),
        })
      : checksText(checks, io.colour),
  );
  return checks.some(({ state }) => state === 'failed') ? 1 : 0;
}
