import { z } from 'zod';
import type { Deployment } from '../../cloud/deployment.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, SentPolicy } from '../wire/policy-body.ts';
import { read } from '../wire/read.ts';
import type { Wire } from '../wire/wire.ts';

const parent = z
  .string()
  .regex(/^(?:folders|organizations)\/\d+$/)
  .exactOptional();

const ProjectBody = z.object({
  /** `projects/700000000001` */
  name: z.string(),
  projectId: z.string(),
  state: z.string(),
  parent,
});
const FolderBody = z.object({ parent });

/** Resource Manager v3: what a project is, where it is, and its policy with the settings of the audit log. */
export function containersOf(
  http: Http,
  hosts: Hosts,
  wire: Wire,
): Pick<Deployment, 'project' | 'parentOfFolder' | 'projectPolicy'> {
  const base = `${hosts.cloudresourcemanager}/v3`;
  return {
    /** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
    async project(id, signal) {
      const url = `${base}/projects/${encodeURIComponent(id)}`;
      const result = await read(
        http,
        { operation: 'project', url, schema: ProjectBody },
        signal,
        wire,
      );
      if (!result.ok) return result;
      const { name, projectId, state, parent: above } = result.value;
      return ok({
        id: projectId,
        number: name.replace('projects/', ''),
        isActive: state === 'ACTIVE',
        ...(above !== undefined && { parent: above }),
      });
    },

    /** @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get */
    async parentOfFolder(name, signal) {
      const request = { operation: 'folder', url: `${base}/${name}`, schema: FolderBody };
      const result = await read(http, request, signal, wire);
      return result.ok ? ok(result.value.parent) : result;
    },

    /** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/getIamPolicy */
    async projectPolicy(id, signal) {
      const result = await read(
        http,
        {
          operation: 'allow policy',
          method: 'POST',
          url: `${base}/projects/${encodeURIComponent(id)}:getIamPolicy`,
          body: { options: { requestedPolicyVersion: POLICY_VERSION } },
          schema: SentPolicy,
        },
        signal,
        wire,
      );
      if (!result.ok) return result;
      const { bindings, auditConfigs } = result.value;
      return ok({
        bindings,
        auditConfigs: auditConfigs.map(({ service, auditLogConfigs }) => ({
          service,
          logTypes: auditLogConfigs.map(({ logType }) => logType),
        })),
      });
    },
  };
}
