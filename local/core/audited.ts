import type { State } from '../state/state.ts';
import type { Call } from './call.ts';
import { projectIdOf } from './projects.ts';
import { camelCase } from './proto-json.ts';

/**
 * How the audit log describes the calls of an API method.
 *
 * @see https://cloud.google.com/logging/docs/audit/understanding-audit-logs
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
export type Audited = {
  /** Of most APIs the full name of the gRPC method. @see https://github.com/googleapis/google-cloudevents/blob/main/json/audit/service_catalog.json */
  readonly methodName: string;
  /**
   * The resource of the call. Called before the method runs, and after it.
   *
   * @param response undefined before the method runs, and when the call was refused
   * @returns undefined when the request names no project, as `projects/-` with an unknown account: then no log gets the entry
   */
  target(state: State, call: Call, response?: unknown): AuditTarget | undefined;
  /**
   * Called before the method runs. The returned function is called after it has succeeded.
   *
   * @returns a function that returns the `serviceData` of the entry: what has changed
   */
  watch?(state: State, call: Call): () => object;
  /** The entry is a Data Access entry: it is written only where a policy asks for it. */
  readonly dataAccess?: DataAccess;
};

/** When Google writes a Data Access entry, and what it has besides. @see https://cloud.google.com/logging/docs/audit/configure-data-access */
export type DataAccess = {
  /** The service whose audit configuration decides. */
  readonly service: string;
  readonly logType: 'ADMIN_READ' | 'DATA_READ' | 'DATA_WRITE';
  details(state: State, call: Call): { readonly request: object; readonly metadata: object };
};

export type AuditTarget = {
  /** `projects/ID`, `folders/NUMBER` or `organizations/NUMBER`. Its log gets the entry. */
  readonly container: string;
  /** The name of the resource as Google writes it in `protoPayload.resourceName`. */
  readonly resourceName: string;
  readonly resource: MonitoredResource;
};

/** @see https://cloud.google.com/logging/docs/api/v2/resource-list */
export type MonitoredResource = {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** Why a method that is not a GET writes no Admin Activity entry. */
export type NotAudited = { readonly none: string };

/** @see https://cloud.google.com/logging/docs/audit#data-access */
export const DATA_ACCESS: NotAudited = {
  none: 'Google writes a Data Access entry, and those are off by default',
};

/** @param project an ID or a number */
export const projectContainer = (state: State, project = ''): string =>
  `projects/${projectIdOf(state, project)}`;

/** `projects/acme-ops` becomes `{ project_id: 'acme-ops' }`. */
export function containerLabels(container: string): Record<string, string> {
  const [kind = '', id = ''] = container.split('/');
  return { [`${kind.slice(0, -1)}_id`]: id };
}

/** The resource of services that have no type of their own. @see https://github.com/DataDog/stratus-red-team/blob/main/docs/attack-techniques/GCP/gcp.credential-access.secretmanager-retrieve-secrets.md */
export const auditedResource = (
  container: string,
  service: string,
  method: string,
): MonitoredResource => ({
  type: 'audited_resource',
  labels: { ...containerLabels(container), service, method },
});

/** A text field of the body. Empty when the body is malformed or lacks the field. */
export function bodyText(call: Call, field: string): string {
  try {
    const fields = Object.entries(call.body as object);
    const value: unknown = fields.find(([name]) => camelCase(name) === field)?.[1];
    return typeof value === 'string' ? value : '';
  } catch {
    return '';
  }
}
