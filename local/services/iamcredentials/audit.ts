import { findAccountEverSeen } from '../../core/accounts.ts';
import { type Audited, containerLabels } from '../../core/audited.ts';
import type { Call } from '../../core/call.ts';
import { accountResourceName } from './delegation.ts';

/**
 * The Data Access entry of a mint. The setting of `iam.googleapis.com` turns it on, and it is in the log of the project of the target. The
 * request is without payloads.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds
 */
export const mintAudit = (rpc: string): Audited => ({
  methodName: rpc,
  target(state, { params: { account: name = '' } }) {
    const account = findAccountEverSeen(state, name);
    if (account === undefined) return undefined;
    const container = `projects/${account.projectId}`;
    return {
      container,
      resourceName: accountResourceName(account.uniqueId),
      resource: {
        type: 'service_account',
        labels: {
          ...containerLabels(container),
          email_id: account.email,
          unique_id: account.uniqueId,
        },
      },
    };
  },
  dataAccess: {
    service: 'iam.googleapis.com',
    logType: 'ADMIN_READ',
    details(_state, call) {
      const { account = '' } = call.params;
      const delegates = delegatesIn(call);
      const name = accountResourceName(account);
      return {
        request: {
          '@type': `type.googleapis.com/google.iam.credentials.v1.${rpc}Request`,
          name,
          ...(delegates.length > 0 && { delegates }),
        },
        metadata: { identityDelegationChain: [...delegates, name] },
      };
    },
  },
});

/** Empty when the body is malformed. */
function delegatesIn(call: Call): string[] {
  try {
    const { delegates } = call.body as { delegates?: unknown };
    return Array.isArray(delegates) ? delegates.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
