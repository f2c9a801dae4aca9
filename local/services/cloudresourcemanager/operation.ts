import { ApiError, CODE_NUMBERS } from '../../core/api-error.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import { digits } from '../../core/digits.ts';
import type { State } from '../../state/state.ts';

const TYPE = 'type.googleapis.com/google.cloud.resourcemanager.v3';

/**
 * A long-running operation. The first response says only its name, as at Google. The change is done by then, and the next `operations.get`
 * says so.
 *
 * @param rpc as in `CreateTagKey`
 * @param message the type of the result, as in `TagKey`; `Empty` for nothing
 * @param run makes the change; an `ApiError` becomes the error of the operation
 */
export function startOperation(
  state: State,
  rpc: string,
  message: string,
  run: () => object,
): object {
  const name = `operations/${operationPrefix(rpc)}.${newOperationId(state)}`;
  const metadata = { '@type': `${TYPE}.${rpc}Metadata` };
  state.operations.set(name, { name, metadata, done: true, ...outcomeOf(message, run) });
  return { name, metadata };
}

function outcomeOf(message: string, run: () => object): object {
  try {
    const type =
      message === 'Empty' ? 'type.googleapis.com/google.protobuf.Empty' : `${TYPE}.${message}`;
    return { response: { '@type': type, ...run() } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message: text } = error;
    return {
      error: {
        code: CODE_NUMBERS[code],
        message: `<eye3 title='${code}'/> generic::${code}: ${text}`,
      },
    };
  }
}

/** `rctk` for CreateTagKey. Google's prefixes are not documented. */
const operationPrefix = (rpc: string): string => `r${rpc.replace(/[^A-Z]/g, '').toLowerCase()}`;

export const newOperationId = (state: State): string => `1${digits(state, 15)}`;

/** @see https://cloud.google.com/resource-manager/reference/rest/v3/operations/get */
export const getOperation: ApiMethod = {
  api: 'cloudresourcemanager',
  name: 'operations.get',
  httpMethod: 'GET',
  path: '/v3/operations/{operation}',
  run(state, { params }) {
    const operation = state.operations.get(`operations/${params.operation}`);
    if (operation === undefined) {
      throw new ApiError('NOT_FOUND', 'Requested entity was not found.');
    }
    return operation;
  },
};

/** @see https://cloud.google.com/resource-manager/reference/rest/v1/operations/get */
export const getOperationV1: ApiMethod = { ...getOperation, path: '/v1/operations/{operation}' };
