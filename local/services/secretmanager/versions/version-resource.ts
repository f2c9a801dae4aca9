import { withProjectNumber } from '../../../core/projects.ts';
import type { SecretVersion } from '../../../state/secret.ts';
import type { State } from '../../../state/state.ts';

/** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#SecretVersion */
export function toVersion(state: State, name: string, version: SecretVersion): object {
  const { number, data: _, clientSpecifiedPayloadChecksum, ...rest } = version;
  return {
    name: `${withProjectNumber(state, name)}/versions/${number}`,
    ...rest,
    replicationStatus: { automatic: {} },
    ...(clientSpecifiedPayloadChecksum && { clientSpecifiedPayloadChecksum }),
  };
}
