import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import type { Project } from './facts.ts';
import { failed, type Judged, ok, together, unknown, unread } from './judged.ts';

const api = (name: string): string => `${name}.googleapis.com`;

/** Terraform enables the other APIs, and needs these two for that. */
export const APIS_BEFORE = ['cloudresourcemanager', 'serviceusage'].map(api);

/** The APIs that an installation uses in its project. */
export const APIS = [
  'artifactregistry',
  'cloudbuild',
  'cloudidentity',
  'cloudresourcemanager',
  'cloudscheduler',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'orgpolicy',
  'privilegedaccessmanager',
  'pubsub',
  'run',
  'secretmanager',
  'serviceusage',
  'storage',
].map(api);

/** Google checks these in the quota project too, when the command line calls them. */
export const CALLED_APIS = [
  'cloudresourcemanager',
  'iam',
  'iamcredentials',
  'orgpolicy',
  'pubsub',
  'secretmanager',
  'serviceusage',
].map(api);

export const SECRET_APIS = [api('secretmanager')];
/** Google may check these in the project of the account that a call is about. */
export const ACCOUNT_APIS = [api('iam'), api('iamcredentials')];

export const judgeProjects = (
  read: readonly { readonly id: string; readonly project: Result<Project, Failure> }[],
): Judged =>
  together(
    read.map(({ id, project }) => {
      if (project.ok) {
        return project.value.isActive
          ? ok(`${id} (${project.value.number})`)
          : failed(`${id} is being deleted`, commandLine('gcloud projects undelete', [id]));
      }
      const isHidden = project.error.reason === 'policy-denied' && !project.error.api;
      if (project.error.reason === 'policy-missing') return failed(`${id} does not exist`);
      const judged = unread(`the project ${id}`, project.error);
      // Google gives the same answer for both.
      return isHidden
        ? { ...judged, evidence: `${judged.evidence}, or it does not exist` }
        : judged;
    }),
  );

/**
 * @param read the enabled APIs of each project
 * @param needed those that must be enabled
 */
export const judgeApis = (
  read: readonly {
    readonly project: string;
    readonly enabled: Result<ReadonlySet<string>, Failure>;
  }[],
  needed: readonly string[],
): Judged =>
  read.length === 0
    ? ok('no other project')
    : together(
        read.map(({ project, enabled }) => {
          const enable = (apis: readonly string[]) =>
            commandLine('gcloud services enable', [...apis, `--project=${project}`]);
          if (!enabled.ok) {
            const { api: disabled } = enabled.error;
            return disabled?.service === 'serviceusage.googleapis.com'
              ? failed(
                  `${disabled.service} is not enabled in ${disabled.project ?? project}`,
                  enable([disabled.service]),
                )
              : unread(`the APIs of ${project}`, enabled.error);
          }
          const missing = needed.filter((name) => !enabled.value.has(name));
          return missing.length === 0
            ? ok(`${project}: ${needed.length} enabled`)
            : failed(`not enabled in ${project}: ${missing.join(', ')}`, enable(missing));
        }),
      );

/** The accounts of a chain that are written as a unique ID: their project is not known. */
export const withUnnamed = (judged: Judged, unnamed: readonly string[]): Judged =>
  unnamed.length === 0
    ? judged
    : together([
        judged,
        unknown(
          `the project of ${unnamed.join(', ')} is not known: add the email to the chain file`,
        ),
      ]);
