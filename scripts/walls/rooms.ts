/**
 * What the files of a room may import, in addition to each other: these rooms or single files, and these packages.
 * `*` stands for every room or package, and `node:*` for every module of Node.
 */
export type Wall = {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** The reason, for the error message. */
  readonly why?: string;
};

const inFolder = (folder: string, names: string) =>
  names === '' ? [] : names.split(' ').map((name) => `${folder}/${name}`);
const domain = (names: string) => inFolder('shared/domain', names);
const pure = (rooms: string, ...packages: string[]): Wall => ({
  rooms: domain(rooms),
  packages: ['zod', ...packages],
  why: 'The domain is pure: no I/O and no clock.',
});

const AUDIT = 'audit/finding audit/hops audit/assets audit/chains audit/access';
/** The domain without `yaml` and `chain-file`, which read YAML: only the command line does that. */
const DOMAIN = domain(
  `basics chain iam rotation published grants apply cost doctor ${AUDIT} audit/access-findings audit audit/alerts`,
);
const FOR_STEPS = [
  ...DOMAIN,
  'shared/cloud',
  'shared/operations',
  'shared/report',
  'shared/telemetry/trace.ts',
];
const FOR_ENTRY_POINTS = [...FOR_STEPS, 'shared/google', 'shared/telemetry'];
const SHARED = [
  ...FOR_ENTRY_POINTS,
  ...domain('yaml chain-file certify'),
  'shared/reader',
  'shared/certificate',
  'shared/checker',
];

const STEP: Wall = {
  rooms: [...FOR_STEPS, 'functions/runtime'],
  packages: ['p-limit', 'zod'],
  why: 'The entry point passes Google, the log and the clock to a step.',
};
const RUNTIME: Wall = {
  rooms: [...FOR_ENTRY_POINTS, 'functions/runtime'],
  packages: ['@google-cloud/functions-framework', 'p-limit', 'zod', 'node:*'],
};
const entryPoint = (step: string): Wall => ({
  rooms: [...RUNTIME.rooms, 'functions/runtime/runtime.ts', step],
  packages: RUNTIME.packages,
});

const local = (rooms: string): Wall => ({
  rooms: inFolder('local', rooms),
  packages: ['@aws-crypto/crc32c', '@bufbuild/cel', 'jose', 'yaml', 'zod', 'node:*'],
  why: 'The local cloud shares no code with the product.',
});
const SERVICE = 'state core authorization identity';
const WORLD = `${SERVICE} services/cloudidentity services/cloudresourcemanager services/cloudscheduler services/iam services/iamcredentials services/logging services/monitoring services/oauth2 services/orgpolicy services/privilegedaccessmanager services/pubsub services/run services/secretmanager services/serviceusage services/storage services/workloads`;

const COMMAND: Wall = {
  rooms: [
    ...SHARED,
    ...['cli/terminal', 'cli/operator'],
    ...['deploy/roles.json', 'deploy/log-sink.json', 'deploy/mint-sink.json'],
  ],
  packages: ['p-limit', 'zod', 'node:*'],
  why: 'Code that functions need too is in shared/operations.',
};
const COMMANDS = ['cli/commands', 'cli/commands/local', 'cli/commands/start'];
/** These two commands start the local cloud, and share files. */
const STARTS_LOCAL: Wall = {
  rooms: [...COMMAND.rooms, ...COMMANDS.slice(1), 'cli/commands/start/round', 'local/cloud.ts'],
  packages: [...COMMAND.packages, '@google-cloud/functions-framework/testing'],
};

const EXAMPLE: Wall = {
  rooms: [],
  packages: ['hopmint/reader', 'google-auth-library', '@google-cloud/storage', 'node:*'],
  why: 'An example imports packages only, as a workload does.',
};
const EVERYTHING: Wall = { rooms: ['*'], packages: ['*'] };

/**
 * Every room with its wall. A room is a folder with the folders in it, or one file. A file belongs to the longest name that contains it.
 * A room imports only rooms above it in this table.
 */
export const ROOMS: Readonly<Record<string, Wall>> = {
  'shared/certificate': { rooms: [], packages: ['zod', 'node:crypto'], why: 'It is a format.' },
  'shared/checker': {
    rooms: ['shared/certificate'],
    packages: [],
    why: 'The checker shares no code with what it checks.',
  },
  'shared/domain/basics': pure('', 'node:crypto'),
  'shared/domain/yaml': pure('basics', 'yaml'),
  'shared/domain/chain': pure('basics'),
  'shared/domain/iam': pure('basics chain', '@bufbuild/cel'),
  'shared/domain/rotation': pure('basics chain', 'jose'),
  'shared/domain/published': pure('basics chain', 'node:crypto', 'node:util'),
  'shared/domain/grants': pure('basics chain iam rotation'),
  'shared/domain/chain-file': pure('basics yaml chain rotation'),
  'shared/domain/audit/finding': pure('basics chain iam rotation grants'),
  'shared/domain/audit/hops': pure('basics chain iam rotation grants audit/finding'),
  'shared/domain/audit/assets': pure('basics chain iam rotation grants audit/finding'),
  'shared/domain/audit/chains': pure('basics chain iam rotation grants audit/finding'),
  'shared/domain/audit/access': pure(
    'basics chain iam rotation grants audit/finding audit/hops audit/assets audit/chains',
  ),
  'shared/domain/audit/access-findings': pure(`basics chain iam rotation grants ${AUDIT}`),
  'shared/domain/audit': pure(`basics chain iam rotation grants ${AUDIT} audit/access-findings`),
  'shared/domain/audit/alerts': pure(
    `basics chain iam rotation grants ${AUDIT} audit/access-findings audit`,
  ),
  'shared/domain/certify': {
    ...pure(`basics chain iam rotation grants ${AUDIT}`),
    rooms: [
      ...domain(`basics chain iam rotation grants ${AUDIT}`),
      'shared/certificate',
      'shared/checker',
    ],
    packages: ['zod', 'node:crypto'],
  },
  'shared/domain/apply': pure('basics chain iam rotation grants'),
  'shared/domain/cost': pure('basics chain rotation apply'),
  'shared/domain/doctor': pure('basics chain iam rotation'),

  'shared/cloud': { rooms: DOMAIN, packages: ['jose'], why: 'The port is types.' },
  'shared/google': {
    rooms: [...DOMAIN, 'shared/cloud'],
    packages: [
      '@aws-crypto/crc32c',
      '@google-cloud/pubsub',
      '@google-cloud/secret-manager',
      'google-auth-library',
      'jose',
      'jose/jwt/decode',
      'zod',
      'node:*',
    ],
    why: 'Configuration comes in as parameters.',
  },
  'shared/operations': {
    rooms: [...DOMAIN, ...domain('certify'), 'shared/certificate', 'shared/cloud'],
    packages: ['jose', 'p-limit', 'zod'],
  },
  'shared/report': {
    rooms: [...DOMAIN, 'shared/certificate', 'package.json'],
    packages: ['@dagrejs/dagre', 'cli-table3', 'zod', 'node:crypto'],
    why: 'Reports are pure.',
  },
  'shared/reader': {
    rooms: domain('basics chain'),
    packages: ['google-auth-library', 'node:http', 'node:timers/promises'],
    why: 'The reader is a package of its own.',
  },
  'shared/telemetry': {
    rooms: [...DOMAIN, 'shared/cloud'],
    packages: ['pino', 'zod', 'node:async_hooks', 'node:crypto'],
  },

  'functions/runtime': RUNTIME,
  'functions/runtime/runtime.ts': RUNTIME,
  'functions/fanout': STEP,
  'functions/mint': STEP,
  'functions/audit': STEP,
  'functions/fanout/entry-point.ts': entryPoint('functions/fanout'),
  'functions/mint/entry-point.ts': entryPoint('functions/mint'),
  'functions/audit/entry-point.ts': entryPoint('functions/audit'),
  'functions/index.ts': {
    rooms: [
      ...domain('basics'),
      'functions/runtime',
      'functions/runtime/runtime.ts',
      'functions/fanout/entry-point.ts',
      'functions/mint/entry-point.ts',
      'functions/audit/entry-point.ts',
    ],
    packages: ['@google-cloud/functions-framework'],
  },

  'local/state': local(''),
  'local/core': local('state'),
  'local/discovery': local('state core'),
  'local/authorization': local('state core'),
  'local/identity': local('state core authorization'),
  'local/services/cloudidentity': local(SERVICE),
  'local/services/cloudresourcemanager': local(SERVICE),
  'local/services/iam': local(SERVICE),
  'local/services/iamcredentials': local(SERVICE),
  'local/services/monitoring': local(SERVICE),
  'local/services/oauth2': local(SERVICE),
  'local/services/privilegedaccessmanager': local(SERVICE),
  'local/services/pubsub': local(SERVICE),
  'local/services/run': local(SERVICE),
  'local/services/secretmanager': local(SERVICE),
  'local/services/serviceusage': local(SERVICE),
  'local/services/storage': local(SERVICE),
  'local/services/workloads': local(SERVICE),
  // The scheduler and log sinks publish messages. Organization policies apply to projects.
  'local/services/cloudscheduler': local(`${SERVICE} services/pubsub`),
  'local/services/logging': local(`${SERVICE} services/pubsub`),
  'local/services/orgpolicy': local(`${SERVICE} services/cloudresourcemanager`),
  'local/world': local(WORLD),
  'local/control': local(`${WORLD} world`),
  'local/server': local(`${WORLD} world control discovery`),
  'local/grpc': {
    ...local('state core identity server'),
    packages: [...local('').packages, '@grpc/grpc-js', 'proto3-json-serializer', 'protobufjs'],
  },
  'local/cloud.ts': local(`${WORLD} world control server grpc`),

  'cli/terminal': { rooms: [], packages: ['cli-progress', 'node:*'] },
  'cli/operator': { rooms: [...SHARED, 'cli/terminal'], packages: COMMAND.packages },
  'cli/commands': COMMAND,
  'cli/commands/start/round': {
    rooms: [...SHARED, 'cli/terminal', 'cli/commands/start/messages.ts'],
    packages: COMMAND.packages,
    why: 'start.ts gives a round the rest.',
  },
  'cli/commands/local': STARTS_LOCAL,
  'cli/commands/start': STARTS_LOCAL,
  'cli/arguments': {
    rooms: [...SHARED, 'cli/terminal', ...COMMANDS, 'package.json'],
    packages: ['commander', 'node:*'],
  },
  'cli/main.ts': {
    rooms: [...domain('basics'), 'cli/terminal', 'cli/operator', ...COMMANDS, 'cli/arguments'],
    packages: ['node:*'],
  },

  scripts: {
    rooms: SHARED,
    packages: [
      '@swc/core',
      'commander',
      'esbuild',
      'js-tokens',
      'mdast-util-from-markdown',
      'node:*',
    ],
  },
  'scripts/discovery': { rooms: ['local/discovery', 'local/server'], packages: ['node:*'] },
  'examples/cloud-run': EXAMPLE,
  'examples/id-token': EXAMPLE,
  'examples/rotated': EXAMPLE,
  'examples/storage': EXAMPLE,
  'examples/webhook': EXAMPLE,
  bench: EVERYTHING,
  'test/oracle/iam': {
    rooms: ['local/authorization/roles.json'],
    packages: [],
    why: "The oracle reads Google's documentation alone, and shares no code with the product or the local cloud.",
  },
  'test/oracle/scenario': { rooms: ['test/oracle/iam'], packages: ['fast-check'] },
  test: EVERYTHING,
  'jest.config.js': { rooms: [], packages: ['node:*'] },
};

/** These files load a module whose path is a parameter. */
export const LOADERS: readonly string[] = [
  'bench/measured/eager-functions.ts',
  'cli/commands/start/serve-function.ts',
];
