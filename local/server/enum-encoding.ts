const LIFECYCLE = { STATE_UNSPECIFIED: 0, ACTIVE: 1, DELETE_REQUESTED: 2 };

/**
 * The numbers of the enum values in the responses of each API, by field.
 *
 * @see https://github.com/googleapis/googleapis
 */
const NUMBERS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
> = {
  cloudresourcemanager: {
    state: LIFECYCLE,
    lifecycleState: LIFECYCLE,
    logType: { ADMIN_READ: 1, DATA_WRITE: 2, DATA_READ: 3 },
  },
  secretmanager: {
    state: { STATE_UNSPECIFIED: 0, ENABLED: 1, DISABLED: 2, DESTROYED: 3 },
    logType: { ADMIN_READ: 1, DATA_WRITE: 2, DATA_READ: 3 },
  },
  pubsub: { state: { STATE_UNSPECIFIED: 0, ACTIVE: 1, RESOURCE_ERROR: 2 } },
  cloudscheduler: {
    state: { STATE_UNSPECIFIED: 0, ENABLED: 1, PAUSED: 2, DISABLED: 3, UPDATE_FAILED: 4 },
  },
  iam: {
    stage: { ALPHA: 0, BETA: 1, GA: 2, DEPRECATED: 4, DISABLED: 5, EAP: 6 },
    keyAlgorithm: { KEY_ALG_UNSPECIFIED: 0, KEY_ALG_RSA_1024: 1, KEY_ALG_RSA_2048: 2 },
    keyOrigin: { ORIGIN_UNSPECIFIED: 0, USER_PROVIDED: 1, GOOGLE_PROVIDED: 2 },
    keyType: { KEY_TYPE_UNSPECIFIED: 0, USER_MANAGED: 1, SYSTEM_MANAGED: 2 },
  },
};

/** Google's clients for Node ask for numbers over REST. @see https://cloud.google.com/apis/docs/system-parameters */
export const wantsNumbers = (query: URLSearchParams): boolean =>
  /;\s*enum-encoding=int\b/.test(query.get('$alt') ?? query.get('alt') ?? '');

/** @returns the response with a number in place of each known enum value */
export function withEnumNumbers(api: string, response: unknown): unknown {
  const fields = NUMBERS[api];
  if (fields === undefined) return response;
  return JSON.parse(JSON.stringify(response ?? {}), (name: string, value: unknown) =>
    typeof value === 'string' ? (fields[name]?.[value] ?? value) : value,
  );
}
