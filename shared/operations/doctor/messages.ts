import { SUBSCRIPTION_NAMES } from '../../domain/doctor/installation.ts';
import { failed, unread } from '../../domain/doctor/judged.ts';
import {
  judgeDelivery,
  judgeForm,
  judgePushIdentity,
  judgeTicks,
  type ReadSubscriptions,
} from '../../domain/doctor/messages.ts';
import { noService } from '../../domain/doctor/services.ts';
import type { Checks } from './checks.ts';
import type { Facts } from './facts.ts';

const subscriptionsOf = async (facts: Facts): Promise<ReadSubscriptions> =>
  new Map(
    await Promise.all(
      SUBSCRIPTION_NAMES.map(async (name) => [name, await facts.subscription(name)] as const),
    ),
  );

export const messageChecks: Pick<
  Checks,
  Extract<keyof Checks, `subscription-${string}`> | 'ticks'
> = {
  async 'subscription-form'({ installation }, facts) {
    return judgeForm(installation, await subscriptionsOf(facts), await facts.services());
  },

  async 'subscription-identity'({ installation }, facts) {
    return judgePushIdentity(installation, await subscriptionsOf(facts), await facts.services());
  },

  async 'subscription-delivery'({ installation }, facts) {
    return judgeDelivery(installation, await subscriptionsOf(facts));
  },

  /** The job is in the region of the services. */
  async ticks({ installation }, facts) {
    const { project, settings } = installation;
    const found = await facts.services();
    if (!found.ok && settings.region === undefined) {
      return unread(`the region of ${project}`, found.error);
    }
    const region = settings.region ?? (found.ok ? found.value.fanout?.region : undefined);
    if (region === undefined) {
      return failed(noService(installation, 'fanout'), 'terraform apply');
    }
    const name = `projects/${project}/locations/${region}/jobs/hopmint-tick`;
    return judgeTicks(installation, name, await facts.job(name));
  },
};
