import type { State } from '../../../state/state.ts';
import { wireName } from './deny-policy-resource.ts';

/** Every change of a deny policy is a long-running operation at Google. Here it has finished when the response is sent. */
export const finishedOperation = (state: State, name: string, policy: object): object => ({
  name: `${wireName(state, name)}/operations/done`,
  metadata: {
    '@type': 'type.googleapis.com/google.iam.v2.PolicyOperationMetadata',
    createTime: state.now().toISOString(),
  },
  done: true,
  response: { '@type': 'type.googleapis.com/google.iam.v2.Policy', ...policy },
});
