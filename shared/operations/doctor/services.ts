import { accountResource, accountsOf } from '../../domain/doctor/installation.ts';
import { together } from '../../domain/doctor/judged.ts';
import { judgeImages, judgeServiceAccounts } from '../../domain/doctor/services.ts';

import type { Checks } from './checks.ts';
import { invoke, judgeNeeds, judgeOnServices } from './needs.ts';

export const serviceChecks: Pick<
  Checks,
  Extract<keyof Checks, `service-${string}` | `build-${string}`>
> = {
  async 'service-images'({ installation }, facts) {
    return judgeImages(installation, await facts.services());
  },

  async 'service-accounts'({ installation }, facts) {
    return judgeServiceAccounts(installation, await facts.services());
  },

  'service-invokers'(context, facts) {
    const member = `serviceAccount:${accountsOf(context.installation).trigger}`;
    const needOn = (resource: string) => invoke(member, resource);
    return judgeOnServices(context, facts, needOn, 'hopmint-trigger');
  },

  'build-operations'({ installation }, facts) {
    const { project } = installation;
    const resource = `projects/${project}`;
    const need = {
      member: `serviceAccount:${accountsOf(installation).deploy}`,
      permissions: ['run.operations.get'],
      resource,
      role: `${resource}/roles/hopmintOperations`,
      on: resource,
    };
    return judgeNeeds([need], facts, 'hopmint-deploy');
  },

  async 'build-services'(context, facts) {
    const { installation } = context;
    const accounts = accountsOf(installation);
    const member = `serviceAccount:${accounts.deploy}`;
    const role = `projects/${installation.project}/roles/hopmintDeployer`;
    const permissions = ['run.services.get', 'run.services.update'];
    const needOn = (resource: string) => ({ member, permissions, resource, role, on: resource });
    const onServices = await judgeOnServices(context, facts, needOn, 'hopmint-deploy');
    const needs = [accounts.fanout, accounts.mint, accounts.audit].map((email) => {
      const resource = accountResource(email, installation.project);
      const permissions = ['iam.serviceAccounts.actAs'];
      return { member, permissions, resource, role: 'roles/iam.serviceAccountUser', on: resource };
    });
    return together([onServices, await judgeNeeds(needs, facts, 'hopmint-deploy')]);
  },
};
