import { deployFunctions } from '../../functions/deployed-functions.ts';
import { surprises } from '../../functions/requests/fuzz.ts';

// The functions refuse NODE_DEBUG and GOOGLE_SDK_NODE_LOGGING at their start: test/telemetry/telemetry.test.ts.
it.each([
  { variable: 'none', env: {} },
  { variable: 'DEBUG', env: { DEBUG: '*' } },
  {
    variable: 'GRPC_TRACE',
    env: { GRPC_TRACE: 'all', GRPC_NODE_TRACE: 'all', GRPC_VERBOSITY: 'DEBUG' },
  },
])(
  '10,000 requests to each entry point cause no crash, no wait and no leak, with the debug variable $variable',
  async ({ variable, env }) => {
    const functions = await deployFunctions(env);
    try {
      const headers = { 'content-type': 'application/json' };
      await fetch(functions.audit.url, { method: 'POST', headers });
      expect(await surprises(functions, { count: 10_000, seed: variable.length })).toEqual([]);
    } finally {
      await functions.close();
    }
  },
  300_000,
);
