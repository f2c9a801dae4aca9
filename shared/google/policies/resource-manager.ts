import { z } from 'zod';
import type { Policies } from '../../cloud/policies.ts';
import { ok } from '../../domain/basics/result.ts';
import type { Hosts, Http } from '../wire/http.ts';
import { POLICY_VERSION, PolicyBody } from '../wire/policy-body.ts';
import { read, readPages } from '../wire/read.ts';

const parent = z
  .string()
  .regex(/^(?:folders|organizations)\/\d+$/)
  .exactOptional();

const ContainerBody = z.object({
  /** `projects/700000000001`: Google answers with the project's number, also to a request by ID. */
  name: z.string(),
  parent,
});

const ProjectsBody = z.object({
  projects: z.array(z.object({ projectId: z.string(), state: z.string() })).default([]),
  nextPageToken: z.string().default(''),
});
const FoldersBody = z.object({
  folders: z.array(z.object({ name: z.string() })).default([]),
  nextPageToken: z.string().default(''),
});

/** Resource Manager v3: projects, folders and organizations, and their allow policies. */
export function resourceManagerOf(
  http: Http,
  hosts: Hosts,
): Pick<Policies, 'container' | 'containersIn' | 'containerPolicy'> {
  const base = `${hosts.cloudresourcemanager}/v3`;
  return {
    /**
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/get
     */
    async container(name, signal) {
      const url = `${base}/${name}`;
      const result = await read(http, { operation: 'parent', url, schema: ContainerBody }, signal);
      if (!result.ok) return result;
      const { name: number, parent: above } = result.value;
      return ok({
        name,
        ...(name.startsWith('projects/') && { number }),
        ...(above !== undefined && { parent: above }),
      });
    },

    /**
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/list
     * @see https://cloud.google.com/resource-manager/reference/rest/v3/folders/list
     */
    async containersIn(parent, signal) {
      const url = (kind: string) => `${base}/${kind}?parent=${encodeURIComponent(parent)}`;
      const [projects, folders] = await Promise.all([
        readPages(
          http,
          { operation: 'projects', url: url('projects'), schema: ProjectsBody },
          signal,
        ),
        readPages(http, { operation: 'folders', url: url('folders'), schema: FoldersBody }, signal),
      ]);
      if (!projects.ok) return projects;
      if (!folders.ok) return folders;
      return ok([
        ...projects.value.flatMap((page) =>
          page.projects
            .filter(({ state }) => state === 'ACTIVE')
            .map(({ projectId }) => `projects/${projectId}`),
        ),
        ...folders.value.flatMap((page) => page.folders.map(({ name }) => name)),
      ]);
    },

    /** @see https://cloud.google.com/resource-manager/reference/rest/v3/projects/getIamPolicy */
    containerPolicy(name, signal) {
      const url = `${base}/${name}:getIamPolicy`;
      const body = { options: { requestedPolicyVersion: POLICY_VERSION } };
      return read(
        http,
        { operation: 'allow policy', method: 'POST', url, body, schema: PolicyBody },
        signal,
      );
    },
  };
}
